/** A select option as a quiet chip: a dot in the option's colour and its text. */
const NAMED: Record<string, string> = {
  gray: '#8a8f99',
  grey: '#8a8f99',
  blue: '#3b6fb6',
  indigo: '#4a5ab0',
  purple: '#7a55b0',
  violet: '#7a55b0',
  cyan: '#1f8a99',
  teal: '#1f8a7f',
  green: '#3a8a4f',
  lime: '#7a9a2a',
  yellow: '#c49a1a',
  gold: '#c28a1e',
  amber: '#c28a1e',
  orange: '#cf6f22',
  red: '#c23b33',
  vermilion: '#b83a26',
  pink: '#c04f86',
  magenta: '#b0458a',
};

export const optionColor = (color: string | null | undefined): string =>
  color ? (NAMED[color.toLowerCase()] ?? (color.startsWith('#') ? color : '#8a8f99')) : '#8a8f99';

export function OptionTag({ text, color, faded }: { text: string; color?: string | null; faded?: boolean }) {
  return (
    <span className="option-tag" style={{ opacity: faded ? 0.55 : 1 }}>
      <span className="option-dot" style={{ background: optionColor(color) }} />
      <span className="option-text">{text}</span>
    </span>
  );
}
