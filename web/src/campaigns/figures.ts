/** The figures of a campaign as its picture needs them. */
import type { Values } from '@/api/types';

export interface Step {
  name: 'members' | 'responses' | 'leads' | 'opportunities' | 'won';
  count: number;
  /** Of the widest step, between 0 and 1. */
  share: number;
}

const FIELDS: [Step['name'], string][] = [
  ['members', 'member_count'], ['responses', 'response_count'], ['leads', 'lead_count'], ['opportunities', 'opportunity_count'], ['won', 'won_count'],
];

/** From those who were asked to the deals won; steps whose figure the reader may not see are left out. */
export function stepsOf(record: Values): Step[] {
  const known = FIELDS.flatMap(([name, field]) => (record[field] === undefined ? [] : [{ name, count: Number(record[field] ?? 0) }]));
  const widest = Math.max(1, ...known.map(({ count }) => count));
  return known.map((step) => ({ ...step, share: step.count / widest }));
}
