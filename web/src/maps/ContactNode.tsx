import { StarFilled } from '@ant-design/icons';
import { Handle, Position, type Node, type NodeProps } from '@xyflow/react';
import { useModel } from '@/api/metadata';
import { BeyondMark } from '@/fields';
import { useLabel, useTexts } from '@/i18n';
import { optionColor } from '@/ui/OptionTag';
import type { Person } from './people';
import { mapTexts } from './texts';

export type PersonNode = Node<{ person: Person; connectable: boolean }>;

/** A person on the map: the edge in the colour of the role, the dot in that of the attitude. */
export function ContactNode({ data, selected }: NodeProps<PersonNode>) {
  const t = useTexts(mapTexts);
  const label = useLabel();
  const { person, connectable } = data;
  const contactOf = useModel().object('opportunity_contact')?.field('contact_id');
  return (
    <div className={selected ? 'map-person selected' : 'map-person'} style={{ borderInlineStartColor: optionColor(person.role?.color) }}>
      <Handle id="top" type="target" position={Position.Top} isConnectable={connectable} />
      <div className="map-name">
        {person.main ? <StarFilled className="map-main" title={t('main')} aria-label={t('main')} /> : null}
        <strong title={person.name}>{person.name}</strong>
        {person.attitude ? <span className="map-attitude" style={{ color: optionColor(person.attitude.color) }}>● {label(person.attitude.label)}</span> : null}
      </div>
      {contactOf?.proposed && person.part ? <BeyondMark field={contactOf} row={person.part} /> : null}
      <div className="map-title">{[person.title, person.role ? label(person.role.label) : t('noRole')].filter(Boolean).join(' · ')}</div>
      {person.influence ? <div className="map-more">{t('influenceLevel', { level: label(person.influence.label) })}</div> : null}
      {person.colleague ? <div className="map-more">{t('ours', { name: person.colleague })}</div> : null}
      {person.next ? <div className="map-more" title={person.next}>{t('next', { text: person.next })}</div> : null}
      <Handle id="bottom" type="source" position={Position.Bottom} isConnectable={connectable} />
    </div>
  );
}
