import { useModel, type Model } from '@/api/metadata';
import { besidePaths, filledIn } from '@/api/proposed';
import { useRecords } from '@/api/query';
import { useSession } from '@/api/session';
import type { FieldMeta, Values } from '@/api/types';
import { useSettings } from '@/i18n';
import { meets, type Asking } from '@/records/condition';

/** What marks the record in `field` of `row` as one that the field does not propose; null where it does, or where the row does not tell. */
export function beyondOf(model: Model, field: FieldMeta, row: Values, asking: Omit<Asking, 'field'>): string | null {
  const { proposed } = field;
  if (!proposed || !row[field.name] || besidePaths(field, field.name).some((path) => row[path] === undefined)) return null;
  const condition = filledIn(proposed.where, (path) => row[path]);
  if (!condition) return null;
  const step = field.name.replace(/_id$/, '');
  const values = new Proxy(row, { get: (held, path) => held[`${step}.${String(path)}`] });
  if (meets(condition, values, { ...asking, field: (path) => model.fieldAt(field.target ?? '', path) })) return null;
  const mark = proposed.mark ? row[`${step}.${proposed.mark}`] : null;
  return typeof mark === 'string' ? mark : '';
}

/** The same for a cell. A list reads what the field goes by; the record of a page lacks it: then that is asked for. */
export function useBeyond(field: FieldMeta, row: Values): string | null {
  const model = useModel();
  const me = useSession().data?.user.id ?? '';
  const { timezone } = useSettings();
  const paths = besidePaths(field, field.name);
  const id = typeof row.id === 'string' ? row.id : '';
  const missing = id !== '' && Boolean(row[field.name]) && paths.some((path) => row[path] === undefined);
  const [object = ''] = (field.proposed?.field ?? '').split('.');
  const asked = useRecords({ object, fields: [field.name, ...paths], filter: { field: 'id', op: '=', value: id }, limit: 1 }, { enabled: missing });
  const found = missing ? asked.data?.rows[0] : undefined;
  // What was asked about another value than the one that is shown tells nothing about this one.
  const whole = found && found[field.name] === row[field.name] ? found : row;
  return beyondOf(model, field, whole, { me, timezone });
}
