import { Card } from 'antd';
import type { ObjectModel } from '@/api/metadata';
import { rowOf } from '@/api/rights';
import type { FieldMeta, LayoutSection, RecordAnswer } from '@/api/types';
import { useLabel, useTexts } from '@/i18n';
import { EditableCell, type CellEdits } from '@/records/list';
import { FIELD_WIDGETS, isBlank } from '@/fields';
import { recordTexts } from './texts';

const WIDE = new Set<FieldMeta['type']>(['long_text', 'rich_text', 'address']);
const SYSTEM = ['created_by_id', 'created_at', 'updated_by_id', 'updated_at'];

interface Props {
  object: ObjectModel;
  answer: RecordAnswer;
  edits: CellEdits;
}

/** The record's fields in the sections of its layout; those that may be changed are changed where they stand. */
export function Sections({ object, answer, edits }: Props) {
  const t = useTexts(recordTexts);
  const label = useLabel();
  const known = (names: string[]) => names.map((name) => object.field(name)).filter((field) => field !== undefined);
  const laidOut: { title: string; section: Pick<LayoutSection, 'columns'>; fields: FieldMeta[] }[] = object.layout.sections.map(
    (section) => ({ title: label(section.label), section, fields: known(section.fields) }),
  );
  const shown = new Set(laidOut.flatMap(({ fields }) => fields.map(({ name }) => name)));
  const rest = object.fields.filter((field) => !shown.has(field.name) && !field.system && field.name !== object.name_field);
  const all = [
    ...laidOut,
    { title: t('other'), section: { columns: 2 }, fields: rest },
    { title: t('system'), section: { columns: 2 }, fields: known(SYSTEM) },
  ];
  return (
    <>
      {all
        .filter(({ fields }) => fields.length > 0)
        .map(({ title, section, fields }) => (
          <Card key={title} size="small" title={title} className="record-section">
            <dl className={`record-fields columns-${String(section.columns)}`}>
              {fields.map((field) => (
                <div key={field.name} className={WIDE.has(field.type) ? 'wide' : undefined}>
                  <dt>{label(field.label)}</dt>
                  <dd><FieldValue object={object} field={field} answer={answer} edits={edits} /></dd>
                </div>
              ))}
            </dl>
          </Card>
        ))}
    </>
  );
}

function FieldValue({ object, field, answer, edits }: Props & { field: FieldMeta }) {
  const value = answer.record[field.name];
  if (answer.can.update && answer.editable_fields.includes(field.name) && field.type !== 'long_text') {
    return <EditableCell object={object} field={field} path={field.name} value={value} row={rowOf(answer)} edits={edits} />;
  }
  if (isBlank(value)) return <span className="blank">—</span>;
  const { Cell } = FIELD_WIDGETS[field.type];
  return <Cell field={field} value={value} row={answer.record} place="page" />;
}
