/** The matrix of dependent options as a value: which controlling values each option is offered for. */

/** Options by code: the controlling values that they are offered for; absent: for all. */
export type Shown = Readonly<Record<string, string[] | undefined>>;

export const isShown = (shown: Shown, option: string, value: string): boolean => shown[option]?.includes(value) ?? true;

/** All controlling values are the same as no limit at all, so that values which come later are offered it too. */
const settled = (values: string[], all: readonly string[]): string[] | undefined =>
  all.every((value) => values.includes(value)) ? undefined : all.filter((value) => values.includes(value));

export function toggled(shown: Shown, option: string, value: string, all: readonly string[]): Shown {
  const before = shown[option] ?? all;
  const after = before.includes(value) ? before.filter((one) => one !== value) : [...before, value];
  return { ...shown, [option]: settled(after, all) };
}

/** The whole row ticked, or cleared where it was ticked already. */
export const rowToggled = (shown: Shown, option: string, all: readonly string[]): Shown => ({
  ...shown,
  [option]: all.every((value) => isShown(shown, option, value)) ? [] : undefined,
});

/** The whole column ticked, or cleared where it was ticked already. */
export function columnToggled(shown: Shown, value: string, options: readonly string[], all: readonly string[]): Shown {
  const full = options.every((option) => isShown(shown, option, value));
  return options.reduce<Shown>((before, option) => (isShown(before, option, value) === full ? toggled(before, option, value, all) : before), shown);
}
