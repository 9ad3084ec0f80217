import { Button, Card, Progress } from 'antd';
import { useModel } from '@/api/metadata';
import { useRebuildIndex, useSearchIndex, type IndexState } from '@/api/searchSettings';
import { common, useFormat, useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { ErrorState } from '@/ui/states';
import { searchSettingsTexts } from './texts';

/** How far the index of each object is, and making it anew. */
export function IndexCard() {
  const t = useTexts(searchSettingsTexts);
  const c = useTexts(common);
  const label = useLabel();
  const model = useModel();
  const index = useSearchIndex();
  const rebuild = useRebuildIndex();
  const { confirm, failed } = useFeedback();
  const ask = async (object?: string) => {
    if (await confirm({ title: t('rebuildAsk'), content: t('rebuildHint'), ok: t('rebuild'), cancel: c('cancel') })) rebuild.mutate(object, { onError: failed });
  };
  if (index.error) return <ErrorState error={index.error} onRetry={() => void index.refetch()} />;
  const states = (index.data ?? []).filter(({ object, current, entries }) => model.object(object) && (!current || entries > 0));
  return (
    <Card size="small" title={t('index')} loading={index.isPending} extra={<Button size="small" onClick={() => void ask()}>{t('rebuildAll')}</Button>}>
      <p className="search-hint">{t('indexHint')}</p>
      <ul className="search-index">
        {states.map((state) => (
          <li key={state.object}>
            <span className="search-index-name">{label(model.object(state.object)?.label)}</span>
            <State state={state} />
            <Button type="link" size="small" disabled={!state.current} aria-label={`${label(model.object(state.object)?.label)} ${t('rebuild')}`} onClick={() => void ask(state.object)}>{t('rebuild')}</Button>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function State({ state }: { state: IndexState }) {
  const t = useTexts(searchSettingsTexts);
  const format = useFormat();
  const count = t('records', { n: state.entries, count: format.number(state.entries) });
  if (state.current) return <span className="search-index-state">{t('current')} · {count}</span>;
  const share = state.total ? Math.min(100, Math.round((state.done / state.total) * 100)) : 0;
  return <span className="search-index-state"><Progress percent={share} size="small" status="active" aria-label={t('building')} /></span>;
}
