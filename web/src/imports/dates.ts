/** Which forms of writing a date fit the samples of a column. The reader is shown what each makes of the first sample, and chooses. */

/** `order`: which part comes first; `short`: two-digit years, whose century must be said. */
export interface DateForm {
  key: string;
  order: Order;
  separator: '-' | '/' | '.' | ' ';
  short: boolean;
}

type Order = 'ymd' | 'dmy' | 'mdy';
type Part = 'y' | 'm' | 'd';

/** Year first with four digits, as the server reads it without being told. */
export const PLAIN = 'plain';

const ORDERS: readonly Order[] = ['ymd', 'dmy', 'mdy'];
const SEPARATORS: readonly DateForm['separator'][] = ['-', '/', '.', ' '];
const TIME = /[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/;
const PLAIN_DATE = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$|^(\d{4})年(\d{1,2})月(\d{1,2})日$|^(\d{4})(\d{2})(\d{2})$/;

export const DATE_FORMS: readonly DateForm[] = [false, true].flatMap((short) =>
  ORDERS.flatMap((order) =>
    SEPARATORS.map((separator) => ({ key: `${order}${separator}${short ? 'short' : 'long'}`, order, separator, short })),
  ),
);

export const dateForm = (key: string): DateForm | undefined => DATE_FORMS.find((form) => form.key === key);

const pad = (number: number): string => String(number).padStart(2, '0');

function iso(year: number, month: number, day: number): string | null {
  const date = new Date(Date.UTC(year, month - 1, day));
  date.setUTCFullYear(year);
  const real = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return real && year >= 1000 ? `${String(year)}-${pad(month)}-${pad(day)}` : null;
}

/** The ISO date that a form makes of a text; null where it does not fit. `century` is the first year of the hundred that two digits mean. */
export function readDate(text: string, form: DateForm, century = 2000): string | null {
  const words = text.trim().replace(TIME, '').split(form.separator);
  if (words.length !== 3 || !words.every((word) => /^\d+$/.test(word))) return null;
  const found: Partial<Record<Part, string>> = {};
  for (const [at, word] of words.entries()) found[form.order[at] as Part] = word;
  const { y = '', m = '', d = '' } = found;
  if (y.length !== (form.short ? 2 : 4) || m.length > 2 || d.length > 2) return null;
  const year = form.short ? century + ((((Number(y) - century) % 100) + 100) % 100) : Number(y);
  return iso(year, Number(m), Number(d));
}

/** The ISO date of a text whose year comes first with four digits. */
export function readPlain(text: string): string | null {
  const found = PLAIN_DATE.exec(text.trim().replace(TIME, ''));
  if (!found) return null;
  const [year, month, day] = [found[1] ?? found[5] ?? found[8], found[3] ?? found[6] ?? found[9], found[4] ?? found[7] ?? found[10]];
  return iso(Number(year), Number(month), Number(day));
}

/** The forms that fit every sample; all of them where there is no sample. */
export const fittingForms = (samples: readonly string[]): DateForm[] =>
  DATE_FORMS.filter((form) => samples.every((sample) => readDate(sample, form) !== null));

/**
 * The form to begin with: the plain one where it fits, else the first that does (day before month, as most of the world writes).
 * Undefined where none fits: then the reader has to look.
 */
export function likelyForm(samples: readonly string[]): string | undefined {
  if (samples.every((sample) => readPlain(sample) !== null)) return PLAIN;
  const fitting = fittingForms(samples);
  return (fitting.find((form) => form.order === 'dmy') ?? fitting[0])?.key;
}

/** Whether the samples leave open which form is meant, so that a person has to say. */
export const isAmbiguous = (samples: readonly string[]): boolean =>
  samples.length > 0 && !samples.every((sample) => readPlain(sample) !== null) && fittingForms(samples).length > 1;

const DIRECTIVES: Record<Part, string> = { y: '%Y', m: '%m', d: '%d' };

/** The formats as the server takes them; moments may be written with or without seconds. */
export function formatsOf(form: DateForm, withTime: boolean): string[] {
  const date = [...form.order].map((part) => (part === 'y' && form.short ? '%y' : DIRECTIVES[part as Part])).join(form.separator);
  return withTime ? [date, `${date} %H:%M`, `${date} %H:%M:%S`] : [date];
}
