import { describe, expect, it } from 'vitest';
import type { LayoutBody } from '@/api/layouts';
import { act, begin, changeSection, dropField, fromBody, markField, newSection, placedNames, putField, putSection, stepField, stepSection, toBody, toMeta, type LayoutDraft } from './draft';

const label = (text: string) => ({ zh: text, en: text });
const BODY: LayoutBody = {
  highlights: ['amount'],
  sections: [
    { label: label('一'), fields: ['a', { name: 'b', required: true }, { name: 'c', read_only: true }] },
    { label: label('二'), columns: 1, collapsed: true, visible_when: { field: 'a', op: '=', value: 'x' }, fields: ['d'] },
  ],
  related: [{ object: 'line', field: 'thing_id', columns: ['name'], sort: [{ field: 'name' }], rows: 3 }],
  buttons: ['print'],
};
const draft = fromBody(BODY);
const [one, two] = draft.sections.map(({ key }) => key) as [string, string];
const order = (of: LayoutDraft) => of.sections.map(({ fields }) => fields.map(({ name }) => name).join(''));

describe('a layout while it is edited', () => {
  it('is the same text again', () => {
    expect(toBody(draft)).toEqual(BODY);
  });

  it('leaves out sections without fields', () => {
    const empty = { ...draft, sections: [...draft.sections, newSection(label('三'))] };
    expect(toBody(empty)).toEqual(BODY);
  });

  it('puts fields where they are dropped, from the palette, within a section and into another', () => {
    expect(order(putField(draft, 'new', one, 1))).toEqual(['anewbc', 'd']);
    expect(order(putField(draft, 'a', one, 2))).toEqual(['bac', 'd']);
    expect(order(putField(draft, 'c', one, 0))).toEqual(['cab', 'd']);
    expect(order(putField(draft, 'a', one, 3))).toEqual(['bca', 'd']);
    expect(order(putField(draft, 'b', two, 1))).toEqual(['ac', 'db']);
    // What the layout says of it goes along.
    expect(putField(draft, 'b', two, 0).sections[1]?.fields[0]).toEqual({ name: 'b', required: true, read_only: false });
  });

  it('moves fields by single steps, over the edge of a section into the next', () => {
    expect(order(stepField(draft, 'a', 1))).toEqual(['bac', 'd']);
    expect(order(stepField(draft, 'c', 1))).toEqual(['ab', 'cd']);
    expect(order(stepField(draft, 'd', -1))).toEqual(['abcd', '']);
    expect(stepField(draft, 'a', -1)).toBe(draft);
  });

  it('takes fields out, marks them, and moves sections', () => {
    expect([...placedNames(dropField(draft, 'b'))]).toEqual(['a', 'c', 'd']);
    expect(markField(draft, 'c', 'required', true).sections[0]?.fields[2]).toEqual({ name: 'c', required: true, read_only: false });
    expect(order(stepSection(draft, one, 1))).toEqual(['d', 'abc']);
    expect(order(stepSection(draft, one, -1))).toEqual(['abc', 'd']);
    expect(order(putSection(draft, two, 0))).toEqual(['d', 'abc']);
    expect(order(putSection(draft, one, 2))).toEqual(['d', 'abc']);
    expect(changeSection(draft, two, { columns: 2 }).sections[1]?.columns).toBe(2);
  });

  it('undoes and does again; a new change ends what could be done again', () => {
    let editing = begin(draft);
    editing = act(editing, { kind: 'change', change: (held) => dropField(held, 'a') });
    editing = act(editing, { kind: 'change', change: (held) => dropField(held, 'b') });
    editing = act(editing, { kind: 'undo' });
    expect(order(editing.present)).toEqual(['bc', 'd']);
    editing = act(editing, { kind: 'redo' });
    expect(order(editing.present)).toEqual(['c', 'd']);
    editing = act(act(editing, { kind: 'undo' }), { kind: 'undo' });
    expect(editing.present).toBe(draft);
    expect(act(editing, { kind: 'undo' })).toBe(editing);
    editing = act(editing, { kind: 'change', change: (held) => dropField(held, 'd') });
    expect(editing.future).toEqual([]);
  });

  it('is drawn as screens draw it', () => {
    const meta = toMeta(draft, true, ({ object }) => object === 'line');
    expect(meta.sections[0]).toMatchObject({ fields: ['a', 'b', 'c'], required: ['b'], read_only: ['c'] });
    expect(meta.related[0]).toMatchObject({ object: 'line', parts: true, rows: 3 });
  });
});
