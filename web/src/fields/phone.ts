/** A phone number as people read it: 138 0013 8000, 021-6943 3980; other countries' numbers stay in their stored form. */
export function phoneText(stored: string): string {
  const national = /^\+86(\d{10,11})$/.exec(stored.replace(/[\s-]/g, ''))?.[1];
  if (national === undefined) return stored;
  if (/^1[3-9]\d{9}$/.test(national)) return national.replace(/^(\d{3})(\d{4})(\d{4})$/, '$1 $2 $3');
  // Beijing (10) and the 2x areas have two digits, all others three.
  const area = /^(10|2\d)/.test(national) ? national.slice(0, 2) : national.slice(0, 3);
  const rest = national.slice(area.length);
  return `0${area}-${rest.slice(0, -4)} ${rest.slice(-4)}`;
}

/** The second line of a hit (`+8613800138000 · 王芳`) with its phone numbers as people read them. */
export const detailText = (detail: string): string => detail.split(' · ').map(phoneText).join(' · ');
