import { render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { goLetters, IDLE, press, useKeyboard, type Command } from './keyboard';

describe('keys', () => {
  it('g waits for a letter, anything else ends the wait', () => {
    const going = press(IDLE, 'g');
    expect(going).toEqual({ state: { going: true } });
    expect(press(going.state, 'a')).toEqual({ state: IDLE, command: { kind: 'go', letter: 'a' } });
    expect(press(going.state, 'n').command).toEqual({ kind: 'go', letter: 'n' });
    expect(press(going.state, 'Escape')).toEqual({ state: IDLE });
  });

  it.each([['/', 'search'], ['n', 'new'], ['?', 'help']])('%s asks for %s', (key, kind) => {
    expect(press(IDLE, key).command).toEqual({ kind });
  });

  it('letters are free ones of the names, never those of home, import and settings', () => {
    const letters = goLetters(['account', 'activity', 'contact', 'item', 'hi', 'sales_order']);
    expect(letters.get('account')).toBe('a');
    expect(letters.get('activity')).toBe('c');
    expect(letters.get('contact')).toBe('o');
    expect(new Set(letters.values()).size).toBe(letters.size);
    expect([...letters.values()]).not.toContain('h');
    expect([...letters.values()]).not.toContain('i');
    expect([...letters.values()]).not.toContain('s');
  });
});

function Listener({ onCommand }: { onCommand: (command: Command) => void }) {
  useKeyboard(onCommand, () => undefined);
  return <input aria-label="box" />;
}

describe('listening', () => {
  it('hears keys on the page but not while somebody types, and not with modifiers', async () => {
    const heard = vi.fn();
    const user = userEvent.setup();
    const { getByLabelText } = render(<Listener onCommand={heard} />);
    await user.keyboard('go');
    expect(heard).toHaveBeenLastCalledWith({ kind: 'go', letter: 'o' });
    await user.keyboard('{Control>}n{/Control}');
    await user.type(getByLabelText('box'), 'n/g?');
    expect(heard).toHaveBeenCalledTimes(1);
  });
});
