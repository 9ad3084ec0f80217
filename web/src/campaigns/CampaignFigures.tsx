import { Card } from 'antd';
import type { FieldMeta } from '@/api/types';
import { FIELD_WIDGETS, isBlank } from '@/fields';
import { useFormat, useTexts } from '@/i18n';
import type { PanelProps } from '@/records/record';
import { stepsOf } from './figures';
import { campaignTexts } from './texts';
import './campaigns.css';

const MONEY = [['cost', 'actual_cost'], ['perLead', 'cost_per_lead'], ['wonAmount', 'won_amount'], ['back', 'return_amount'], ['roi', 'roi']] as const;

/** What a campaign brought: from members to deals won, and money. */
export default function CampaignFigures({ object, answer }: PanelProps) {
  const t = useTexts(campaignTexts);
  const format = useFormat();
  const { record } = answer;
  const steps = stepsOf(record);
  const money = MONEY.flatMap(([key, name]) => {
    const field = object.field(name);
    return field ? [[key, field] as [typeof key, FieldMeta]] : [];
  });
  if (steps.every(({ count }) => count === 0) && isBlank(record.actual_cost)) {
    return <Card size="small" className="record-section campaign-figures" title={t('funnel')}><p className="related-none">{t('none')}</p></Card>;
  }
  const notes: Partial<Record<(typeof steps)[number]['name'], string>> = {
    ...(isBlank(record.response_rate) ? {} : { responses: t('rate', { rate: format.percent(String(record.response_rate), 1) }) }),
    ...(Number(record.converted_count ?? 0) > 0 ? { leads: t('converted', { n: Number(record.converted_count) }) } : {}),
  };
  return (
    <Card size="small" className="record-section campaign-figures" title={t('funnel')}>
      <ol>
        {steps.map((step) => (
          <li key={step.name}>
            <span className="campaign-step">{t(step.name)}</span>
            <span className="campaign-bar" aria-hidden="true"><i className={step.name} style={{ width: `${String(Math.max(step.share * 100, step.count > 0 ? 2 : 0))}%` }} /></span>
            <b>{format.number(step.count)}</b>
            <small>{notes[step.name] ?? ''}</small>
          </li>
        ))}
      </ol>
      <dl>
        {money.map(([key, field]) => {
          const { Cell } = FIELD_WIDGETS[field.type];
          const value = record[field.name];
          return (
            <div key={key}>
              <dt>{t(key)}</dt>
              <dd>{isBlank(value) ? '—' : <Cell field={field} value={value} row={record} />}</dd>
            </div>
          );
        })}
      </dl>
    </Card>
  );
}
