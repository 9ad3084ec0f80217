import { Link } from 'react-router';
import { useModel, type ObjectModel } from '@/api/metadata';
import { useRecords } from '@/api/query';
import type { FilterJson, RecordAnswer, Row } from '@/api/types';
import { useFormat, useTexts } from '@/i18n';
import { listLink } from '@/records/list';
import './deals.css';
import { dealTexts } from './texts';

const OPEN: FilterJson = { field: 'outcome', op: '=', value: 'open' };
const WON: FilterJson = { field: 'outcome', op: '=', value: 'won' };
const DAY = 86_400_000;

/** An account at a glance: what is open, what was won, whom we know there, and when we last spoke. */
export default function AccountFigures({ answer }: { object: ObjectModel; answer: RecordAnswer }) {
  const t = useTexts(dealTexts);
  const format = useFormat();
  const model = useModel();
  const { record } = answer;
  const deals = model.object('opportunity');
  const of = (more?: FilterJson): FilterJson => ({ and: [{ field: 'account_id', op: '=', value: record.id }, ...(more ? [more] : [])] });
  const has = (name: string) => record[name] !== undefined;
  const money = (name: string) => (typeof record[name] === 'string' ? format.shortMoney(record[name]) : '—');
  const number = (name: string) => (typeof record[name] === 'number' ? record[name] : 0);
  const last = useLastActivity(record);
  return (
    <div className="account-figures">
      {has('open_opportunities') && deals ? (
        <Link className="account-figure" to={listLink('opportunity', of(OPEN))}>
          <span>{t('openDeals')}</span>
          <strong className="number">{has('open_amount') ? money('open_amount') : number('open_opportunities')}</strong>
          <em>{t('wonDeals', { n: number('open_opportunities') })}</em>
        </Link>
      ) : null}
      {has('won_opportunities') && deals ? (
        <Link className="account-figure" to={listLink('opportunity', of(WON))}>
          <span>{t('won')}</span>
          <strong className="number">{has('won_amount') ? money('won_amount') : number('won_opportunities')}</strong>
          <em>{t('wonDeals', { n: number('won_opportunities') })}</em>
        </Link>
      ) : null}
      {has('contacts') ? (
        <Link className="account-figure" to={listLink('contact', of())}>
          <span>{t('contacts')}</span>
          <strong className="number">{number('contacts')}</strong>
        </Link>
      ) : null}
      <div className="account-figure">
        <span>{t('lastActivity')}</span>
        <strong>{last === undefined ? t('never') : last === 0 ? t('today') : t('daysAgo', { n: last })}</strong>
      </div>
    </div>
  );
}

/** How many days ago the last activity was; undefined where there is none. */
function useLastActivity(record: Row): number | undefined {
  const model = useModel();
  const kept = record.last_activity_at;
  const asked = useRecords(
    { object: 'activity', fields: ['start_at'], filter: { and: [{ field: 'related_id', op: '=', value: record.id }, { field: 'start_at', op: '<=', value: { relative: 'TODAY' } }] }, order: [{ field: 'start_at', descending: true }], limit: 1 },
    { enabled: kept === undefined && model.object('activity') !== undefined },
  );
  const at = typeof kept === 'string' ? kept : asked.data?.rows[0]?.start_at;
  return typeof at === 'string' ? Math.max(0, Math.floor((new Date().getTime() - Date.parse(at)) / DAY)) : undefined;
}
