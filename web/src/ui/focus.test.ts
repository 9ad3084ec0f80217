import { afterEach, describe, expect, it } from 'vitest';
import { focusFirst } from './focus';

const open = (lang: string, html: string): string => {
  document.documentElement.lang = lang;
  document.body.innerHTML = `<div role="dialog">${html}</div>`;
  focusFirst(true);
  return document.activeElement?.id ?? '';
};

const NAMES = '<input id="type-zh"><input id="type-en">';

afterEach(() => {
  document.body.innerHTML = '';
});

describe('the first box of a dialog', () => {
  it('is that of the reader\'s language where a name is asked for in two', () => {
    expect(open('zh-CN', NAMES)).toBe('type-zh');
    expect(open('en', NAMES)).toBe('type-en');
  });

  it('is the first of all others', () => {
    expect(open('en', `<input id="code">${NAMES}`)).toBe('code');
    expect(open('en', '<input id="type-zh"><input id="type-en" disabled>')).toBe('type-zh');
  });
});
