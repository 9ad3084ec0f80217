import { describe, expect, it } from 'vitest';
import { cursorOf, FIRST_PAGE, hasPrevious, nextPage, pageNumber, placesOf, previousPage } from './cursors';

describe('the stack of cursors', () => {
  it('goes forward by the cursor of the answer and back by the stack', () => {
    const second = nextPage(FIRST_PAGE, 'a');
    const third = nextPage(second, 'b');
    expect([cursorOf(FIRST_PAGE), cursorOf(second), cursorOf(third)]).toEqual([null, 'a', 'b']);
    expect(previousPage(third)).toEqual(second);
    expect(previousPage(previousPage(third))).toEqual(FIRST_PAGE);
    expect(pageNumber(third)).toBe(3);
  });

  it('stays where there is no further page', () => {
    expect(nextPage(FIRST_PAGE, null)).toBe(FIRST_PAGE);
    expect(previousPage(FIRST_PAGE)).toBe(FIRST_PAGE);
    expect(hasPrevious(FIRST_PAGE)).toBe(false);
  });

  it('knows the places of the rows on screen', () => {
    expect(placesOf(nextPage(FIRST_PAGE, 'a'), 50, 12)).toEqual([51, 62]);
    expect(placesOf(FIRST_PAGE, 50, 0)[0]).toBe(0);
  });
});
