/** A map as a picture of its own, for paper and for sending on: an SVG without anything of the screen around it. */
import type { Label, Language } from '@/api/types';
import { FONT } from '@/ui/font';
import { optionColor } from '@/ui/OptionTag';
import { BOX } from './layout';
import { NO_ROLE, type Influence, type Person, type Point } from './people';

export interface PictureOf {
  title: string;
  language: Language;
  label: (label: Label | null | undefined) => string;
  people: { person: Person; at: Point }[];
  influences: Influence[];
}

export interface Picture {
  svg: string;
  width: number;
  height: number;
}

const MARGIN = 32;
const HEAD = 48;
const FOOT = 40;
const LETTERS = 24;

const escaped = (text: string): string => text.replace(/[<>&"']/g, (sign) => `&#${String(sign.charCodeAt(0))};`);
/** As much of a text as fits into a box: a Chinese character is as wide as two letters. */
export function fitting(text: string, letters: number): string {
  let room = letters;
  let out = '';
  for (const sign of text) {
    room -= sign > '\u2e80' ? 2 : 1;
    if (room < 0) return `${out}…`;
    out += sign;
  }
  return out;
}

export function pictureOf({ title, language, label, people, influences }: PictureOf): Picture {
  const left = Math.min(...people.map(({ at }) => at.x)) - MARGIN;
  const top = Math.min(...people.map(({ at }) => at.y)) - HEAD - MARGIN / 2;
  const width = Math.max(640, Math.max(...people.map(({ at }) => at.x)) + BOX.width + MARGIN - left);
  const height = Math.max(...people.map(({ at }) => at.y)) + BOX.height + MARGIN + FOOT - top;
  const places = new Map(people.map(({ person, at }) => [person.id, { x: at.x - left, y: at.y - top }]));
  const foot = (id: string) => { const at = places.get(id); return at && { x: at.x + BOX.width / 2, y: at.y + BOX.height }; };
  const head = (id: string) => { const at = places.get(id); return at && { x: at.x + BOX.width / 2, y: at.y }; };
  const words = (x: number, y: number, size: number, text: string, color = '#1f2430', weight = 400) =>
    `<text x="${String(x)}" y="${String(y)}" font-size="${String(size)}" font-weight="${String(weight)}" fill="${color}">${escaped(text)}</text>`;
  const reports = people.flatMap(({ person }) => {
    const from = person.reportsTo ? foot(person.reportsTo) : undefined;
    const to = head(person.id);
    if (!from || !to) return [];
    const middle = (from.y + to.y) / 2;
    return [`<path d="M${String(from.x)} ${String(from.y)} V${String(middle)} H${String(to.x)} V${String(to.y)}" fill="none" stroke="#2f4a7d" stroke-width="1.5"/>`];
  });
  const lines = influences.flatMap((line) => {
    const from = foot(line.from);
    const to = head(line.to);
    if (!from || !to) return [];
    const bend = Math.max(40, Math.abs(to.y - from.y) / 2);
    return [`<path d="M${String(from.x)} ${String(from.y)} C${String(from.x)} ${String(from.y + bend)} ${String(to.x)} ${String(to.y - bend)} ${String(to.x)} ${String(to.y)}" fill="none" stroke="#b83a26" stroke-width="${line.strong ? '2.5' : '1.5'}" stroke-dasharray="6 4" marker-end="url(#arrow)"/>`];
  });
  const boxes = people.map(({ person }) => {
    const at = places.get(person.id) ?? { x: 0, y: 0 };
    const more = [
      [person.title, person.role ? label(person.role.label) : NO_ROLE[language]].filter(Boolean).join(' · '),
      [person.attitude ? label(person.attitude.label) : null, person.colleague].filter(Boolean).join(' · '),
      person.next ?? '',
    ].filter(Boolean);
    return [
      `<rect x="${String(at.x)}" y="${String(at.y)}" width="${String(BOX.width)}" height="${String(BOX.height)}" rx="8" fill="#ffffff" stroke="#d9d6cf"/>`,
      `<rect x="${String(at.x)}" y="${String(at.y)}" width="5" height="${String(BOX.height)}" rx="2" fill="${optionColor(person.role?.color)}"/>`,
      words(at.x + 16, at.y + 24, 14, fitting(`${person.main ? '★ ' : ''}${person.name}`, LETTERS), '#1f2430', 600),
      ...more.map((text, n) => words(at.x + 16, at.y + 43 + n * 17, 12, fitting(text, LETTERS + 4), '#5b6170')),
    ].join('');
  });
  const roles = [...new Map(people.flatMap(({ person }) => (person.role ? [[person.role.value, person.role] as const] : []))).values()];
  const legend = roles.map((role, n) => `<circle cx="${String(MARGIN + 6 + n * 120)}" cy="${String(height - 22)}" r="5" fill="${optionColor(role.color)}"/>${words(MARGIN + 18 + n * 120, height - 18, 12, fitting(label(role.label), 14), '#5b6170')}`);
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${String(width)}" height="${String(height)}" viewBox="0 0 ${String(width)} ${String(height)}" font-family="${escaped(FONT)}">`,
    '<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0L10 5L0 10z" fill="#b83a26"/></marker></defs>',
    `<rect width="100%" height="100%" fill="#ffffff"/>`, words(MARGIN, 30, 17, title, '#1f2430', 600), ...reports, ...lines, ...boxes, ...legend, '</svg>',
  ].join('');
  return { svg, width, height };
}

/** Prints the picture and nothing else; the page comes back as it was. */
export function printPicture({ svg }: Picture): void {
  const drawn = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
  const sheet = document.createElement('div');
  sheet.id = 'map-print';
  sheet.append(document.importNode(drawn, true));
  document.body.append(sheet);
  document.body.classList.add('map-printing');
  const after = () => {
    document.body.classList.remove('map-printing');
    sheet.remove();
    window.removeEventListener('afterprint', after);
  };
  window.addEventListener('afterprint', after);
  window.print();
}

const SHARP = 2;

/** The picture as a PNG file, twice as fine as on the screen. */
export async function downloadPicture({ svg, width, height }: Picture, name: string): Promise<void> {
  const source = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image(width, height);
    image.src = source;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(width * SHARP);
    canvas.height = Math.round(height * SHARP);
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const file = await new Promise<Blob | null>((resolve) => { canvas.toBlob(resolve, 'image/png'); });
    if (!file) return;
    const address = URL.createObjectURL(file);
    const link = document.createElement('a');
    link.href = address;
    link.download = `${name}.png`;
    link.click();
    URL.revokeObjectURL(address);
  } finally {
    URL.revokeObjectURL(source);
  }
}
