import { Button, Select, Skeleton, Tag, Timeline } from 'antd';
import { useState } from 'react';
import { useConfigurationChanges, type ListedChange, type Occasion } from '@/api/configuration';
import { useModel } from '@/api/metadata';
import { LookupPicker } from '@/fields';
import { useFormat, useLabel, useTexts } from '@/i18n';
import { EmptyState, ErrorState } from '@/ui/states';
import { configurationTexts } from './texts';
import { useWho } from './words';

const OCCASIONS = ['change', 'revert', 'package', 'removal', 'upgrade', 'install', 'start'] as const;
const PERIODS = ['week', 'month', 'year', 'ever'] as const;
const DAYS = { week: 7, month: 30, year: 365, ever: 0 };
const COLORS: Record<Occasion, string> = { change: 'blue', revert: 'orange', package: 'purple', removal: 'red', upgrade: 'cyan', install: 'green', start: 'gray' };

interface Filters {
  period: (typeof PERIODS)[number];
  actor: string;
  occasion: string;
  name: string;
}

const NO_FILTERS: Filters = { period: 'ever', actor: '', occasion: '', name: '' };

const since = (period: Filters['period']): string => {
  if (period === 'ever') return '';
  const day = new Date();
  day.setDate(day.getDate() - DAYS[period]);
  day.setHours(0, 0, 0, 0);
  return day.toISOString();
};

/** The changes of the configuration, the newest first. */
export function History({ onOpen }: { onOpen: (id: string) => void }) {
  const t = useTexts(configurationTexts);
  const label = useLabel();
  const model = useModel();
  const [filters, setFilters] = useState(NO_FILTERS);
  const { actor, occasion, name } = filters;
  const found = useConfigurationChanges({ since: since(filters.period), actor, occasion, name });
  const change = (some: Partial<Filters>) => { setFilters({ ...filters, ...some }); };
  const changes = found.data?.pages.flatMap((page) => page.changes) ?? [];
  const objects = model.objects.map((o) => ({ value: o.name, label: label(o.label) }));
  return (
    <>
      <div className="config-filters">
        <Select aria-label={t('period')} value={filters.period} options={PERIODS.map((p) => ({ value: p, label: t(p) }))} onChange={(period) => { change({ period }); }} />
        <LookupPicker object="user" label={t('who')} placeholder={t('whoAll')} allowClear value={actor ? [actor] : []} onChange={(ids) => { change({ actor: ids[0] ?? '' }); }} />
        <Select aria-label={t('occasion')} allowClear placeholder={t('occasionAll')} value={occasion || undefined} options={OCCASIONS.map((o) => ({ value: o, label: t(o) }))} onChange={(one?: string) => { change({ occasion: one ?? '' }); }} />
        <Select aria-label={t('object')} allowClear showSearch={{ optionFilterProp: 'label' }} placeholder={t('objectAll')} value={name || undefined} options={objects} onChange={(one?: string) => { change({ name: one ?? '' }); }} />
      </div>
      {found.isPending ? <Skeleton active paragraph={{ rows: 8 }} /> : null}
      {found.error ? <ErrorState error={found.error} onRetry={() => void found.refetch()} /> : null}
      {found.data && changes.length === 0 ? (
        <EmptyState title={t('nothing')} hint={t('nothingHint')} action={<Button onClick={() => { setFilters(NO_FILTERS); }}>{t('clear')}</Button>} />
      ) : null}
      <Timeline className="config-timeline" items={changes.map((one) => ({ key: one.id, color: COLORS[one.occasion], content: <Entry change={one} onOpen={onOpen} /> }))} />
      {found.hasNextPage ? <Button block loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>{t('older')}</Button> : null}
    </>
  );
}

function Entry({ change, onOpen }: { change: ListedChange; onOpen: (id: string) => void }) {
  const t = useTexts(configurationTexts);
  const label = useLabel();
  const format = useFormat();
  const who = useWho();
  const what = change.things.map((thing) => `${t(thing.act)} ${label(thing.title)}`);
  const rest = change.size > change.things.length ? ` ${t('more', { n: change.size })}` : '';
  return (
    <button type="button" className="plain-button config-entry" aria-label={t('changeNumber', { id: change.id })} onClick={() => { onOpen(change.id); }}>
      <span className="config-entry-head">
        <time className="number">{format.datetime(change.at)}</time>
        <span>{who(change)}</span>
        {change.occasion === 'change' ? null : <Tag color={COLORS[change.occasion]}>{t(change.occasion)}</Tag>}
        <span className="config-dim">#{change.id}</span>
      </span>
      <span className="config-entry-what">{change.reverted_id ? `${t('takenBack', { id: change.reverted_id })} · ` : ''}{what.join(t('then'))}{rest}</span>
    </button>
  );
}
