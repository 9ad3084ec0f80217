import { Fragment } from 'react';

/** A text with what was sought in it marked. */
export function Marked({ text, marks }: { text: string; marks: readonly (readonly [number, number])[] }) {
  const parts = marks.map(([start, end], place) => (
    <Fragment key={start}>
      {text.slice(marks[place - 1]?.[1] ?? 0, start)}
      <mark className="sought">{text.slice(start, end)}</mark>
    </Fragment>
  ));
  return <>{parts}{text.slice(marks.at(-1)?.[1] ?? 0)}</>;
}
