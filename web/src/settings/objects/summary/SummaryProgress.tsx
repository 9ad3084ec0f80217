import { ReloadOutlined } from '@ant-design/icons';
import { Button, Flex, Progress, Typography } from 'antd';
import { useRecalculate, useSummaryStates } from '@/api/summaries';
import { useFormat, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { summaryTexts } from './texts';

/** How far a roll-up is filled in, and a way to have it made anew. */
export function SummaryProgress({ object, field }: { object: string; field: string }) {
  const t = useTexts(summaryTexts);
  const format = useFormat();
  const { done, failed } = useFeedback();
  const states = useSummaryStates();
  const again = useRecalculate();
  const state = states.data?.find((one) => one.object === object && one.field === field);
  if (!states.data) return null;
  const total = state?.total ?? 0;
  const words = { done: format.number(state?.done ?? 0), total: format.number(total) };
  return (
    <Flex align="center" gap={12} wrap>
      {state && !state.complete ? (
        <>
          <Progress percent={total > 0 ? Math.floor((state.done / total) * 100) : 0} size="small" style={{ width: 160 }} aria-label={t('calculating')} />
          <Typography.Text type="secondary">{state.total === null ? t('calculating') : t('progress', words)}</Typography.Text>
        </>
      ) : (
        <>
          {state?.finished_at ? <Typography.Text type="secondary">{t('complete', words)}</Typography.Text> : null}
          <Button
            size="small"
            icon={<ReloadOutlined />}
            loading={again.isPending}
            onClick={() => { again.mutate({ object, field }, { onSuccess: () => { done(t('started')); }, onError: failed }); }}
          >
            {t('again')}
          </Button>
        </>
      )}
    </Flex>
  );
}
