import { Skeleton } from 'antd';
import { lazy, Suspense } from 'react';
import { useNavigate } from 'react-router';
import { useRecords } from '@/api/query';
import type { FilterJson } from '@/api/types';
import { useFormat, useLabel, useTexts } from '@/i18n';
import { listLink } from '@/records/list';
import { EmptyState } from '@/ui/states';
import type { FunnelStage } from '@/ui/FunnelChart';
import { Panel } from './Panel';
import { dealsThrough, funnelQuery, lacksAmounts, passedThrough, stageFigures, type Sales } from './queries';
import { homeTexts } from './texts';

const FunnelChart = lazy(() => import('@/ui/FunnelChart'));

/** Stages from first contact to won with count and amount; what is lost is not in the funnel. */
export function FunnelPanel({ sales, mine }: { sales: Sales; mine: boolean }) {
  const t = useTexts(homeTexts);
  const label = useLabel();
  const format = useFormat();
  const navigate = useNavigate();
  const answer = useRecords<Record<string, unknown>>(funnelQuery(sales, mine));
  const inFunnel = new Set([...sales.open, ...sales.won]);
  const figures = stageFigures(answer.data?.rows ?? [], sales.stage).filter((figure) => inFunnel.has(figure.value));
  const passed = passedThrough(figures);
  // Only the drawing's width is a float.
  const sizes = lacksAmounts(figures) ? dealsThrough(figures) : passed.map(Number);
  const stages = figures.map((figure, n): FunnelStage => {
    const through = passed[n] ?? figure.total;
    const option = sales.stage.options?.find((o) => o.value === figure.value);
    const name = label(option?.label);
    return {
      value: figure.value,
      name,
      won: sales.won.includes(figure.value),
      count: figure.count,
      amount: format.shortMoney(figure.total),
      size: sizes[n] ?? 0,
      sentence: t('stageLine', { stage: name, count: format.number(figure.count), amount: format.money(figure.total), through: format.money(through) }),
    };
  });
  const filterOf = (stage: string): FilterJson => {
    const inStage: FilterJson = { field: sales.stage.name, op: 'in', value: [stage] };
    return mine ? { and: [{ field: 'owner_id', op: '=', value: { me: true } }, inStage] } : inStage;
  };
  const nothing = figures.every((figure) => figure.count === 0);
  return (
    <Panel
      wide
      title={t('funnel')}
      to="/funnel"
      loading={answer.isPending}
      error={answer.error}
      onRetry={() => void answer.refetch()}
    >
      {nothing ? <EmptyState title={t('funnelNone')} /> : (
        <Suspense fallback={<div className="panel-wait"><Skeleton active /></div>}>
          <FunnelChart stages={stages} onStage={(stage) => void navigate(listLink(sales.object.name, filterOf(stage)))} />
        </Suspense>
      )}
    </Panel>
  );
}
