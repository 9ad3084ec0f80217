/** Where positions on the earth are in a drawing that shows all of them as large as it can. */

type Position = readonly [longitude: number, latitude: number];

/** Degrees of latitude that are shown at least: one point stands among the cities around it. */
const LEAST = 6;
const ROOM = 1.3;
/** How much narrower a degree of longitude is than one of latitude, in the middle of China. */
const NARROWER = 0.78;

const rangeOf = (values: number[]): { middle: number; span: number } => {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return { middle: (least + most) / 2, span: most - least };
};

export function projection(positions: readonly Position[], [width, height]: readonly [number, number]): (longitude: number, latitude: number) => [number, number] {
  const across = rangeOf(positions.map(([longitude]) => longitude));
  const down = rangeOf(positions.map(([, latitude]) => latitude));
  const shown = ROOM * Math.max(LEAST, down.span, (across.span * NARROWER * height) / width);
  const unit = height / shown;
  return (longitude, latitude) => [
    width / 2 + (longitude - across.middle) * NARROWER * unit,
    height / 2 - (latitude - down.middle) * unit,
  ];
}
