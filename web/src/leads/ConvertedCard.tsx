import { BankOutlined, CheckCircleFilled, ContactsOutlined, FundOutlined } from '@ant-design/icons';
import { Card } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useModel } from '@/api/metadata';
import { useFormat, useLabel, useTexts } from '@/i18n';
import type { PanelProps } from '@/records/record';
import { leadTexts } from './texts';
import './leads.css';

const BECAME: [field: string, object: string, icon: ReactNode][] = [
  ['converted_account', 'account', <BankOutlined key="a" />],
  ['converted_contact', 'contact', <ContactsOutlined key="c" />],
  ['converted_opportunity', 'opportunity', <FundOutlined key="o" />],
];

/** What a converted lead became, with the ways there. */
export default function ConvertedCard({ answer }: PanelProps) {
  const t = useTexts(leadTexts);
  const label = useLabel();
  const format = useFormat();
  const model = useModel();
  const { record } = answer;
  if (record.status !== 'converted') return null;
  const when = typeof record.converted_at === 'string' ? format.when(record.converted_at) : '';
  const who = record['converted_by.name'];
  return (
    <Card size="small" className="record-section converted">
      <p className="converted-head"><CheckCircleFilled /> {t('converted')}{typeof who === 'string' ? <span>{t('by', { name: who, when })}</span> : null}</p>
      <ul>
        {BECAME.filter(([field]) => record[`${field}_id`]).map(([field, object, icon]) => {
          const id = String(record[`${field}_id`]);
          const name = record[`${field}.name`];
          return (
            <li key={field}>
              <span className="converted-icon" aria-hidden="true">{icon}</span>
              <span className="converted-kind">{label(model.object(object)?.label)}</span>
              {typeof name === 'string' ? <Link to={`/o/${object}/${id}`}>{name}</Link> : <span className="blank">{t('hidden')}</span>}
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
