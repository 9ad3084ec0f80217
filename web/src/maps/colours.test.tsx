import { render } from '@testing-library/react';
import { ReactFlowProvider, type NodeProps } from '@xyflow/react';
import { describe, expect, it } from 'vitest';
import { buildModel, ModelContext } from '@/api/metadata';
import type { FieldMeta, Row } from '@/api/types';
import { OptionTag } from '@/ui/OptionTag';
import { ContactNode, type PersonNode } from './ContactNode';
import { peopleOf, playersOf, type Person } from './people';
import { pictureOf } from './picture';

const label = (text: string) => ({ zh: text, en: text });
const role: FieldMeta = {
  name: 'role', type: 'select', label: label('role'), access: 'edit', operators: [],
  options: [{ value: 'decision_maker', label: label('D'), color: 'red' }, { value: 'user', label: label('U'), color: '#123456' }],
};
const fields = { role, attitude: undefined, influence: undefined };
const model = buildModel({ version: 1, objects: [] });

/** As the browser writes it, whichever way it was given. */
const written = (colour: string): string => {
  const probe = document.createElement('i');
  probe.style.color = colour;
  return probe.style.color;
};

const edgeOf = (person: Person): string => {
  const props = { data: { person, connectable: false }, selected: false } as unknown as NodeProps<PersonNode>;
  const { container } = render(<ModelContext value={model}><ReactFlowProvider><ContactNode {...props} /></ReactFlowProvider></ModelContext>);
  return written(container.querySelector<HTMLElement>('.map-person')?.style.borderInlineStartColor ?? '');
};

const dotOf = (value: string): string => {
  const option = role.options?.find((one) => one.value === value);
  const { container } = render(<OptionTag text={value} color={option?.color} />);
  return written(container.querySelector<HTMLElement>('.option-dot')?.style.background ?? '');
};

describe('the colour of a contact role', () => {
  it.each(['decision_maker', 'user'])('%s is that of its node on the maps of an account and of a deal', (value) => {
    const contact: Row = { id: '1', version: 1, name: 'A', role: value };
    const part: Row = { id: '2', version: 1, contact_id: '1', 'contact.name': 'A', 'contact.role': value };
    const [onAccount] = peopleOf([contact], fields);
    const [onDeal] = playersOf([part], null, fields);
    if (!onAccount || !onDeal) throw new Error('nobody is on the map');
    expect(dotOf(value)).not.toBe('');
    expect(edgeOf(onAccount)).toBe(dotOf(value));
    expect(edgeOf(onDeal)).toBe(dotOf(value));
  });

  it('is that of the part in the deal before the contact\'s own, and the same on paper', () => {
    const part: Row = { id: '2', version: 1, contact_id: '1', 'contact.name': 'A', 'contact.role': 'decision_maker', role: 'user' };
    const [person] = playersOf([part], null, fields);
    if (!person) throw new Error('nobody is on the map');
    expect(edgeOf(person)).toBe(dotOf('user'));
    const { svg } = pictureOf({ title: '', language: 'en', label: (one) => one?.en ?? '', people: [{ person, at: { x: 0, y: 0 } }], influences: [] });
    expect(svg).toContain('#123456');
    expect(svg).not.toContain('#c23b33');
  });
});
