import { Alert, Form, Segmented } from 'antd';
import type { FieldBody } from '@/api/definitions';
import type { FieldType } from '@/api/types';
import { useTexts } from '@/i18n';
import { FormulaEditor } from '@/settings/formula';
import { typeTexts } from '../texts';
import { SummaryEditor } from './SummaryEditor';
import { SummaryProgress } from './SummaryProgress';
import { summaryTexts } from './texts';
import { sourceOf, sourcesOf, withSource, type Source } from './valueSource';

interface Props {
  object: string;
  /** As it is being edited. */
  value: FieldBody;
  /** As it is stored; none: a new one. */
  stored?: FieldBody;
  onChange: (field: FieldBody) => void;
  /** Told whether something is still missing. */
  onMissing: (missing: string | undefined) => void;
}

/** Where the value of a field comes from: people write it, children add up to it, or a formula gives it. */
export function ValueSource({ object, value, stored, onChange, onMissing }: Props) {
  const t = useTexts(summaryTexts);
  const types = useTexts(typeTexts);
  const offered = sourcesOf(value.type);
  const source = sourceOf(value);
  if (offered.length < 2) return null;
  const choose = (next: Source) => {
    onMissing(next === 'summary' ? t('summaryNeeded') : next === 'formula' ? t('formulaNeeded') : undefined);
    onChange(withSource(value, next));
  };
  return (
    <>
      <Form.Item label={t('source')} className="value-source">
        <Segmented<Source>
          aria-label={t('source')}
          value={source}
          options={offered.map((one) => ({ value: one, label: t(`source_${one}`) }))}
          onChange={choose}
        />
      </Form.Item>
      {source === 'summary' ? (
        <div className="value-part">
          <SummaryEditor
            object={object}
            value={stored?.summary}
            onChange={(summary, fitting: FieldType[]) => {
              const best = fitting[0];
              onMissing(summary ? undefined : t('summaryNeeded'));
              // A new field takes the type that its children need; one that is there says so when it is saved.
              const type = best && !stored && !fitting.includes(value.type) ? best : value.type;
              onChange({ ...value, type, summary: summary ?? { object: '', field: '', function: 'count' } });
            }}
          />
          {value.summary?.object && !stored ? <Alert type="info" className="objects-alert" title={t('typeIs', { type: types(value.type) })} /> : null}
          {stored?.summary ? <div className="value-source"><SummaryProgress object={object} field={stored.name} /></div> : null}
        </div>
      ) : null}
      {source === 'formula' ? (
        <div className="value-part">
          <Form.Item>
            <FormulaEditor
              object={object}
              purpose="formula"
              expects={value.type}
              field={stored?.name}
              value={value.formula ?? ''}
              onChange={(formula) => {
                onMissing(formula.trim() ? undefined : t('formulaNeeded'));
                onChange({ ...value, formula });
              }}
            />
          </Form.Item>
        </div>
      ) : null}
    </>
  );
}
