/** A layout while it is being edited: plain data, each change a function, every one of them undone and done again. */
import type { LayoutBody, RelatedBody, SectionBody } from '@/api/layouts';
import type { Label, LayoutMeta, FilterJson } from '@/api/types';

export interface Placed {
  name: string;
  required: boolean;
  read_only: boolean;
}

export interface SectionDraft {
  key: string;
  label: Label;
  columns: number;
  collapsed: boolean;
  visible_when: FilterJson | null;
  fields: Placed[];
}

export interface LayoutDraft {
  highlights: string[];
  sections: SectionDraft[];
  related: RelatedBody[];
  buttons?: string[];
}

let lastKey = 0;
const newKey = (): string => `s${String(++lastKey)}`;

export const relatedKey = ({ object, field }: { object: string; field: string }): string => `${object}.${field}`;

export function fromBody(body: LayoutBody): LayoutDraft {
  return {
    highlights: body.highlights ?? [],
    sections: (body.sections ?? []).map((section) => ({
      key: newKey(),
      label: section.label,
      columns: section.columns ?? 2,
      collapsed: section.collapsed ?? false,
      visible_when: section.visible_when ?? null,
      fields: section.fields.map((one) => (typeof one === 'string' ? { name: one, required: false, read_only: false } : { name: one.name, required: one.required ?? false, read_only: one.read_only ?? false })),
    })),
    related: body.related ?? [],
    ...(body.buttons ? { buttons: body.buttons } : {}),
  };
}

/** What is stored: what equals its default is left out, and so are sections without a field. */
export function toBody(draft: LayoutDraft): LayoutBody {
  const sections = draft.sections.filter(({ fields }) => fields.length > 0).map((section): SectionBody => ({
    label: section.label,
    ...(section.columns === 2 ? {} : { columns: section.columns }),
    ...(section.collapsed ? { collapsed: true } : {}),
    ...(section.visible_when ? { visible_when: section.visible_when } : {}),
    fields: section.fields.map(({ name, required, read_only }) => (required || read_only ? { name, ...(required ? { required } : {}), ...(read_only ? { read_only } : {}) } : name)),
  }));
  return {
    ...(draft.highlights.length > 0 ? { highlights: draft.highlights } : {}),
    ...(sections.length > 0 ? { sections } : {}),
    ...(draft.related.length > 0 ? { related: draft.related } : {}),
    ...(draft.buttons ? { buttons: draft.buttons } : {}),
  };
}

/** The layout as screens draw it. `parts` says which related lists are of parts. */
export const toMeta = (draft: LayoutDraft, complete: boolean, parts: (related: RelatedBody) => boolean): LayoutMeta => ({
  highlights: draft.highlights,
  sections: draft.sections.map(({ label, columns, collapsed, visible_when, fields }) => ({
    label, columns, collapsed, visible_when,
    fields: fields.map(({ name }) => name),
    required: fields.filter(({ required }) => required).map(({ name }) => name),
    read_only: fields.filter(({ read_only }) => read_only).map(({ name }) => name),
  })),
  related: draft.related.map((one) => ({ ...one, parts: parts(one) })),
  complete,
});

export const placedNames = (draft: LayoutDraft): Set<string> => new Set(draft.sections.flatMap(({ fields }) => fields.map(({ name }) => name)));

const inserted = <T>(list: T[], at: number, one: T): T[] => [...list.slice(0, at), one, ...list.slice(at)];

export function moved<T>(list: T[], from: number, to: number): T[] {
  const one = list[from];
  if (one === undefined || to < 0 || to >= list.length) return list;
  return inserted(list.filter((_, n) => n !== from), to, one);
}

/** Puts a field before the one that is at `at` of a section (beyond the last: at its end), wherever it was. */
export function putField(draft: LayoutDraft, name: string, section: string, at: number): LayoutDraft {
  const held = draft.sections.flatMap(({ fields }) => fields).find((one) => one.name === name) ?? { name, required: false, read_only: false };
  return {
    ...draft,
    sections: draft.sections.map((one) => {
      const before = one.fields.findIndex((field) => field.name === name);
      const fields = one.fields.filter((field) => field.name !== name);
      if (one.key !== section) return before < 0 ? one : { ...one, fields };
      return { ...one, fields: inserted(fields, before >= 0 && before < at ? at - 1 : at, held) };
    }),
  };
}

export const dropField = (draft: LayoutDraft, name: string): LayoutDraft => ({
  ...draft,
  sections: draft.sections.map((section) => ({ ...section, fields: section.fields.filter((field) => field.name !== name) })),
});

/** One step by keyboard: up and down in its section and over its edge into the next. */
export function stepField(draft: LayoutDraft, name: string, step: -1 | 1): LayoutDraft {
  const place = draft.sections.findIndex(({ fields }) => fields.some((field) => field.name === name));
  const section = draft.sections[place];
  if (!section) return draft;
  const at = section.fields.findIndex((field) => field.name === name);
  if (at + step >= 0 && at + step < section.fields.length) return { ...draft, sections: draft.sections.map((one) => (one === section ? { ...one, fields: moved(one.fields, at, at + step) } : one)) };
  const next = draft.sections[place + step];
  return next ? putField(draft, name, next.key, step > 0 ? 0 : next.fields.length) : draft;
}

/** Required and read-only exclude each other. */
export const markField = (draft: LayoutDraft, name: string, mark: 'required' | 'read_only', on: boolean): LayoutDraft => ({
  ...draft,
  sections: draft.sections.map((section) => ({
    ...section,
    fields: section.fields.map((field) => (field.name === name ? { name, required: mark === 'required' && on, read_only: mark === 'read_only' && on } : field)),
  })),
});

export const newSection = (label: Label): SectionDraft => ({ key: newKey(), label, columns: 2, collapsed: false, visible_when: null, fields: [] });

export const changeSection = (draft: LayoutDraft, key: string, changes: Partial<SectionDraft>): LayoutDraft => ({
  ...draft,
  sections: draft.sections.map((section) => (section.key === key ? { ...section, ...changes } : section)),
});

export const stepSection = (draft: LayoutDraft, key: string, step: -1 | 1): LayoutDraft => {
  const at = draft.sections.findIndex((section) => section.key === key);
  return { ...draft, sections: moved(draft.sections, at, at + step) };
};

/** Puts a section before the one that is at `at`. */
export function putSection(draft: LayoutDraft, key: string, at: number): LayoutDraft {
  const from = draft.sections.findIndex((section) => section.key === key);
  return from < 0 ? draft : { ...draft, sections: moved(draft.sections, from, Math.min(from < at ? at - 1 : at, draft.sections.length - 1)) };
}

export interface Editing {
  past: LayoutDraft[];
  present: LayoutDraft;
  future: LayoutDraft[];
}

export type Act = { kind: 'change'; change: (draft: LayoutDraft) => LayoutDraft } | { kind: 'undo' } | { kind: 'redo' };

const STEPS = 100;

export const begin = (draft: LayoutDraft): Editing => ({ past: [], present: draft, future: [] });

export function act(editing: Editing, action: Act): Editing {
  const { past, present, future } = editing;
  if (action.kind === 'undo') {
    const before = past.at(-1);
    return before ? { past: past.slice(0, -1), present: before, future: [present, ...future] } : editing;
  }
  if (action.kind === 'redo') {
    const [next, ...rest] = future;
    return next ? { past: [...past, present], present: next, future: rest } : editing;
  }
  const next = action.change(present);
  return next === present ? editing : { past: [...past, present].slice(-STEPS), present: next, future: [] };
}
