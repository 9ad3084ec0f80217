import { Tag } from 'antd';
import dayjs from 'dayjs';
import type { CellProps } from '@/fields';
import { useFormat, useSettings, useTexts } from '@/i18n';
import { daysLeft } from './days';
import { poolTexts } from './texts';

/** From how many days before the end it is shown in red, where the pool says nothing else. */
const SOON = 3;

/** How many days of protection are left; red when it ends soon. */
export function Countdown({ until, soon = SOON }: { until: string; soon?: number }) {
  const t = useTexts(poolTexts);
  const format = useFormat();
  const { timezone } = useSettings();
  const left = daysLeft(until, dayjs().toISOString(), timezone);
  const words = left < 0 ? t('over') : left === 0 ? t('today') : t('left', { n: left });
  const color = left < soon ? 'red' : left < soon * 2 ? 'orange' : 'default';
  return <Tag className="countdown" color={color} title={format.datetime(until)}>{words}</Tag>;
}

/** The end of protection in lists: a countdown. */
export function CountdownCell({ value }: CellProps) {
  return typeof value === 'string' ? <Countdown until={value} /> : null;
}
