/** A print template as its editor holds it. */
import type { PreviewBody, PrintDraft } from '@/api/prints';
import type { RecordAnswer, Values } from '@/api/types';

export const PARTS = ['header', 'body', 'footer'] as const;
export type Part = (typeof PARTS)[number];

export interface TemplateState {
  id?: string;
  version?: number;
  object: string;
  key: string;
  name: string;
  nameEn: string;
  active: boolean;
  language: string;
  paper: string;
  orientation: string;
  /** Top, right, bottom, left in millimetres. */
  margins: number[];
  profiles: string[];
  logo: string | null;
  header: string;
  body: string;
  footer: string;
}

const MARGINS = [20, 18, 20, 18];
const SIDES = ['top', 'right', 'bottom', 'left'];

export const draftOf = (object: string, draft: PrintDraft): TemplateState => ({
  object, key: '', name: draft.name, nameEn: draft.name_en, active: true, language: 'reader', paper: 'a4', orientation: 'portrait',
  margins: MARGINS, profiles: [], logo: null, header: draft.header, body: draft.body, footer: draft.footer,
});

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function list(value: unknown): string[] {
  try {
    const found: unknown = JSON.parse(text(value) || '[]');
    return Array.isArray(found) ? found.map(String) : [];
  } catch {
    return [];
  }
}

export function fromRecord({ record, version }: RecordAnswer): TemplateState {
  return {
    id: record.id,
    version,
    object: text(record.object_name),
    key: text(record.key),
    name: text(record.name),
    nameEn: text(record.name_en),
    active: record.active === true,
    language: text(record.language) || 'reader',
    paper: text(record.paper) || 'a4',
    orientation: text(record.orientation) || 'portrait',
    margins: SIDES.map((side, n) => (typeof record[`margin_${side}`] === 'number' ? Number(record[`margin_${side}`]) : (MARGINS[n] ?? 18))),
    profiles: list(record.profiles),
    logo: text(record.logo) || null,
    header: text(record.header),
    body: text(record.body),
    footer: text(record.footer),
  };
}

export const valuesOf = (state: TemplateState): Values => ({
  name: state.name.trim(),
  name_en: state.nameEn.trim() || null,
  active: state.active,
  language: state.language,
  paper: state.paper,
  orientation: state.orientation,
  ...Object.fromEntries(SIDES.map((side, n) => [`margin_${side}`, state.margins[n]])),
  profiles: state.profiles.length > 0 ? JSON.stringify(state.profiles) : null,
  logo: state.logo,
  header: state.header || null,
  body: state.body,
  footer: state.footer || null,
});

export const previewOf = (state: TemplateState, record: string | null): PreviewBody => ({
  object: state.object, record_id: record, language: state.language, paper: state.paper, orientation: state.orientation,
  margins: state.margins, logo: state.logo, header: state.header, body: state.body, footer: state.footer,
});
