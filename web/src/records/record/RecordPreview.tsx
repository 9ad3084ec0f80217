import { Tag } from 'antd';
import { layoutOf, offered, typeOf } from '@/api/arrangement';
import type { ObjectModel } from '@/api/metadata';
import type { RecordAnswer } from '@/api/types';
import { FIELD_WIDGETS, isBlank, useCalled } from '@/fields';
import { useLabel } from '@/i18n';
import type { CellEdits } from '@/records/list';
import { ObjectIcon } from '@/ui/objectIcon';
import { RelatedLists } from './RelatedLists';
import { Sections } from './Sections';
import { StageBar } from './StageBar';
import './record.css';

const NO_EDITS: CellEdits = { canEdit: () => false, save: () => Promise.resolve(null), dialog: null };

/** A record's page to look at: what its layout arranges; nothing in it can be pressed, for it would really be done. */
export function RecordPreview({ object, answer }: { object: ObjectModel; answer: RecordAnswer }) {
  const label = useLabel();
  const { record } = answer;
  const type = typeOf(object, record);
  const stage = object.stage_field ? object.field(object.stage_field) : undefined;
  const called = useCalled();
  const seen = { ...answer, can: { ...answer.can, update: false }, editable_fields: [] };
  return (
    <div className="record-page" inert>
      <header className="record-head">
        <div className="record-title">
          <span className="record-icon"><ObjectIcon icon={object.icon} /></span>
          <div className="record-names">
            <span className="record-kind">{label(object.label)}</span>
            <h1>{String(called(object, object.name_field, record) ?? `#${record.id}`)}{type ? <Tag className="record-type">{label(type.label)}</Tag> : null}</h1>
          </div>
        </div>
        <dl className="record-highlights">
          {layoutOf(object, record).highlights.map((name) => object.field(name)).filter((field) => field !== undefined).map((field) => {
            const { Cell } = FIELD_WIDGETS[field.type];
            const value = record[field.name];
            return <div key={field.name}><dt>{label(field.label)}</dt><dd>{isBlank(value) ? '—' : <Cell field={field} value={value} row={record} />}</dd></div>;
          })}
        </dl>
      </header>
      {stage ? <StageBar object={object} field={offered(object, stage, record)} answer={seen} edits={NO_EDITS} editable={false} /> : null}
      <div className="record-preview">
        <Sections object={object} answer={seen} edits={NO_EDITS} />
        <RelatedLists object={object} answer={seen} />
      </div>
    </div>
  );
}
