/** About the width of a text in a table: a Chinese character is as wide as the type is high, a letter about half of it. */
export const textWidth = (text: string): number => [...text].reduce((sum, sign) => sum + (sign > '\u2e80' ? 13 : 7.5), 0);
