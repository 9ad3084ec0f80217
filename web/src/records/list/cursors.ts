/** Paging by keyset knows only "after this row": the way back is the stack of cursors that led here. */

export interface Pages {
  /** The cursor of each page up to the present one; the first page has none. */
  stack: (string | null)[];
}

export const FIRST_PAGE: Pages = { stack: [null] };

export const cursorOf = (pages: Pages): string | null => pages.stack.at(-1) ?? null;

export const pageNumber = (pages: Pages): number => pages.stack.length;

export const hasPrevious = (pages: Pages): boolean => pages.stack.length > 1;

/** The page after the present one, whose cursor the present one's answer gave; the same page when there is none. */
export const nextPage = (pages: Pages, next: string | null | undefined): Pages => (next ? { stack: [...pages.stack, next] } : pages);

export const previousPage = (pages: Pages): Pages => (hasPrevious(pages) ? { stack: pages.stack.slice(0, -1) } : pages);

/** First and last place of the rows on screen, for "51–100". */
export const placesOf = (pages: Pages, size: number, shown: number): [first: number, last: number] => {
  const first = (pageNumber(pages) - 1) * size + 1;
  return [shown === 0 ? 0 : first, first + shown - 1];
};
