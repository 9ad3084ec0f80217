/** How the numbers of a column are written: which sign stands before the fraction, which between thousands. */

export interface NumberForm {
  key: string;
  decimal: '.' | ',';
  thousands: '' | ',' | '.' | ' ';
  example: string;
}

export const NUMBER_FORMS: readonly NumberForm[] = [
  { key: 'plain', decimal: '.', thousands: '', example: '1054.50' },
  { key: 'comma', decimal: '.', thousands: ',', example: '1,054.50' },
  { key: 'decimal-comma', decimal: ',', thousands: '', example: '1054,50' },
  { key: 'continental', decimal: ',', thousands: '.', example: '1.054,50' },
  { key: 'spaced', decimal: ',', thousands: ' ', example: '1 054,50' },
];

export const numberForm = (key: string): NumberForm | undefined => NUMBER_FORMS.find((form) => form.key === key);

const escaped = (sign: string): string => sign.replace(/[.]/g, '\\$&');

/** Whether a text is a number in this form; currency signs and units around it do not count. */
export function isNumber(text: string, form: NumberForm): boolean {
  const body = text.trim().replace(/^[-+(]?[¥$€￥]?[-+]?/, '').replace(/[)%元万亿]*$/, '').trim();
  const fraction = `(${escaped(form.decimal)}\\d+)?`;
  const grouped = form.thousands === '' ? '' : `|\\d{1,3}(${escaped(form.thousands)}\\d{3})+`;
  return new RegExp(`^(\\d+${grouped})${fraction}$`).test(body);
}

/** The first form that all samples have; plain where there are none or none fits. */
export const likelyNumberForm = (samples: readonly string[]): string =>
  NUMBER_FORMS.find((form) => samples.every((sample) => isNumber(sample, form)))?.key ?? 'plain';
