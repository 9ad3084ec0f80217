/** Decimal numbers as strings: the few operations that screens need, exact. */

/** A decimal text without exponent, leading plus or superfluous zeros in front; what is no number comes back as it is. */
export function plain(text: string): string {
  const trimmed = text.trim();
  const exponent = /^([+-]?)(\d*)(?:\.(\d*))?[eE]([+-]?\d+)$/.exec(trimmed);
  if (exponent) {
    const [, sign = '', whole = '', fraction = '', power = '0'] = exponent;
    return plain(sign + shiftDigits(whole, fraction, Number(power)));
  }
  const parts = /^([+-]?)0*(\d*)(?:\.(\d*))?$/.exec(trimmed);
  if (!parts || trimmed === '') return text;
  const [, sign, whole, fraction] = parts;
  const body = (whole || '0') + (fraction ? `.${fraction}` : '');
  return sign === '-' && /[1-9]/.test(body) ? `-${body}` : body;
}

function shiftDigits(whole: string, fraction: string, power: number): string {
  const digits = whole + fraction;
  const point = whole.length + power;
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return digits + '0'.repeat(point - digits.length);
  return `${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** `text` × 10^power. */
export function shift(text: string, power: number): string {
  const value = plain(text);
  const negative = value.startsWith('-');
  const [whole = '', fraction = ''] = value.replace('-', '').split('.');
  return plain((negative ? '-' : '') + shiftDigits(whole, fraction, power));
}

/** Rounded half up (away from zero) to exactly `scale` decimals. */
export function roundTo(text: string, scale: number): string {
  const value = plain(text);
  if (!/^-?\d+(\.\d+)?$/.test(value)) return value;
  const negative = value.startsWith('-');
  const [whole = '0', fraction = ''] = value.replace('-', '').split('.');
  const kept = fraction.slice(0, scale).padEnd(scale, '0');
  let digits = BigInt(whole + kept);
  if ((fraction[scale] ?? '0') >= '5') digits += 1n;
  const all = digits.toString().padStart(scale + 1, '0');
  const body = scale === 0 ? all : `${all.slice(0, -scale)}.${all.slice(-scale)}`;
  return negative && digits !== 0n ? `-${body}` : body;
}

/** Thousands separators in the whole part. */
export function groupThousands(text: string): string {
  const [whole = '', fraction] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

const scaleOf = (text: string): number => text.split('.')[1]?.length ?? 0;
const scaled = (text: string, scale: number): bigint => BigInt(roundTo(text, scale).replace('.', ''));

/** The exact sum of decimal texts; blanks count as nothing. */
export function sumOf(texts: (string | number | null | undefined)[]): string {
  const values = texts.filter((t) => t !== null && t !== undefined && t !== '').map((t) => plain(String(t)));
  const scale = Math.max(0, ...values.map(scaleOf));
  const total = values.reduce((sum, text) => sum + scaled(text, scale), 0n);
  return scale === 0 ? total.toString() : shift(total.toString(), -scale);
}

/** -1, 0 or 1. */
export function compareDecimals(a: string, b: string): number {
  const [left, right] = [plain(a), plain(b)];
  const scale = Math.max(scaleOf(left), scaleOf(right));
  const difference = scaled(left, scale) - scaled(right, scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
