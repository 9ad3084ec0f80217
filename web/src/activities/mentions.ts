/** Who is mentioned in a text: names behind an @, as the composer puts them there. */

export interface Person {
  id: string;
  name: string;
}

/** Those of `chosen` whose name still stands behind an @ in the text. */
export function mentionedIn(text: string, chosen: Person[]): Person[] {
  return chosen.filter(({ name }) => text.includes(`@${name}`));
}

export interface Piece {
  text: string;
  mention: boolean;
}

/** The text in pieces, the mentions of `names` apart; longer names first, so that “王芳” is not found in “王芳芳”. */
export function pieces(text: string, names: string[]): Piece[] {
  const marks = [...new Set(names)].filter(Boolean).sort((a, b) => b.length - a.length).map((name) => `@${name}`);
  const found: Piece[] = [];
  let rest = text;
  while (rest !== '') {
    const next = marks.map((mark) => ({ mark, at: rest.indexOf(mark) })).filter(({ at }) => at >= 0).sort((a, b) => a.at - b.at || b.mark.length - a.mark.length)[0];
    if (!next) {
      found.push({ text: rest, mention: false });
      break;
    }
    if (next.at > 0) found.push({ text: rest.slice(0, next.at), mention: false });
    found.push({ text: next.mark, mention: true });
    rest = rest.slice(next.at + next.mark.length);
  }
  return found;
}

const SUBJECT_LENGTH = 60;

/** The first line is the subject; what goes beyond it is the content. */
export function splitText(text: string): { subject: string; content: string | null } {
  const whole = text.trim();
  const line = whole.split('\n')[0] ?? '';
  if (line.length <= SUBJECT_LENGTH) return { subject: line, content: whole.slice(line.length).trim() || null };
  return { subject: `${line.slice(0, SUBJECT_LENGTH - 1)}…`, content: whole };
}
