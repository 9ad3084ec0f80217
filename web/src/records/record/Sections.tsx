import { RightOutlined } from '@ant-design/icons';
import { Card } from 'antd';
import { Fragment, useState, type ReactNode } from 'react';
import { layoutOf, RECORD_TYPE } from '@/api/arrangement';
import type { ObjectModel } from '@/api/metadata';
import { rowOf } from '@/api/rights';
import type { FieldMeta, LayoutSection, RecordAnswer } from '@/api/types';
import { useLabel, useTexts } from '@/i18n';
import { EditableCell, widgetOf, type CellEdits } from '@/records/list';
import { isBlank } from '@/fields';
import { useMeets } from '@/records/useMeets';
import { recordTexts } from './texts';

const WIDE = new Set<FieldMeta['type']>(['long_text', 'rich_text', 'address']);
const SYSTEM = ['created_by_id', 'created_at', 'updated_by_id', 'updated_at'];

interface Props {
  object: ObjectModel;
  answer: RecordAnswer;
  edits: CellEdits;
  /** What stands below the first section: the lines, the map. */
  panels?: ReactNode;
}

/** The record's fields in the sections of its layout; those that may be changed are changed where they stand. */
export function Sections({ object, answer, edits, panels }: Props) {
  const t = useTexts(recordTexts);
  const label = useLabel();
  const known = (names: string[]) => names.map((name) => object.field(name)).filter((field) => field !== undefined);
  const meets = useMeets(object);
  const layout = layoutOf(object, answer.record);
  const laidOut: { title: string; section: Pick<LayoutSection, 'columns'> & Partial<LayoutSection>; fields: FieldMeta[] }[] = layout.sections
    .filter(({ visible_when: condition }) => !condition || meets(condition, answer.record))
    .map((section) => ({ title: label(section.label), section, fields: known(section.fields) }));
  // What a layout for some leaves out is left out; the object's own leaves nothing out.
  const shown = new Set(layout.sections.flatMap(({ fields }) => fields));
  const rest = layout.complete ? [] : object.fields.filter((field) => !shown.has(field.name) && !field.system && field.name !== object.name_field && field.name !== RECORD_TYPE);
  const all = [
    ...laidOut,
    { title: t('other'), section: { columns: 2 }, fields: rest },
    // Looked up now and then, by few.
    { title: t('system'), section: { columns: 2, collapsed: true }, fields: known(SYSTEM) },
  ];
  return (
    <>
      {all
        .filter(({ fields }) => fields.length > 0)
        .map(({ title, section, fields }, place) => (
          <Fragment key={title}>
            <SectionCard title={title} folded={section.collapsed ?? false}>
              <dl className={`record-fields columns-${String(section.columns)}`}>
                {fields.map((field) => (
                  <div key={field.name} className={WIDE.has(field.type) ? 'wide' : undefined}>
                    <dt>{label(field.label)}</dt>
                    <dd><FieldValue object={object} field={field} answer={answer} edits={edits} /></dd>
                  </div>
                ))}
              </dl>
            </SectionCard>
            {place === 0 ? panels : null}
          </Fragment>
        ))}
    </>
  );
}

/** Nothing, or not yet: a roll-up that is new is filled in behind the scenes. */
function Blank({ field }: { field: FieldMeta }) {
  const t = useTexts(recordTexts);
  return <span className="blank">{field.calculating ? t('calculating') : '—'}</span>;
}

/** A section's card; one that the layout closes opens by its title. */
function SectionCard({ title, folded, children }: { title: string; folded: boolean; children: ReactNode }) {
  const [open, setOpen] = useState(!folded);
  const head = folded ? (
    <button type="button" className="section-fold" aria-expanded={open} onClick={() => { setOpen(!open); }}><RightOutlined rotate={open ? 90 : 0} /> {title}</button>
  ) : title;
  return <Card size="small" title={head} className={open ? 'record-section' : 'record-section folded'}>{open ? children : null}</Card>;
}

function FieldValue({ object, field, answer, edits }: Omit<Props, 'panels'> & { field: FieldMeta }) {
  const value = answer.record[field.name];
  if (answer.can.update && answer.editable_fields.includes(field.name) && field.type !== 'long_text') {
    return <EditableCell object={object} field={field} path={field.name} value={value} row={rowOf(answer)} edits={edits} />;
  }
  if (isBlank(value)) return <Blank field={field} />;
  const { Cell } = widgetOf(object, field);
  return <Cell field={field} value={value} row={answer.record} place="page" />;
}
