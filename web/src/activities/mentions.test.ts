import { describe, expect, it } from 'vitest';
import { mentionedIn, pieces, splitText } from './mentions';

describe('mentions', () => {
  it('are those whose name is still in the text', () => {
    const chosen = [{ id: '1', name: '王芳' }, { id: '2', name: 'Emma Clarke' }];
    expect(mentionedIn('@王芳 请跟进', chosen).map(({ id }) => id)).toEqual(['1']);
    expect(mentionedIn('王芳 @Emma Clarke', chosen).map(({ id }) => id)).toEqual(['2']);
  });
  it('stand apart in the text, the longer name first', () => {
    expect(pieces('给 @王芳芳 和 @王芳 看', ['王芳', '王芳芳'])).toEqual([
      { text: '给 ', mention: false }, { text: '@王芳芳', mention: true }, { text: ' 和 ', mention: false }, { text: '@王芳', mention: true }, { text: ' 看', mention: false },
    ]);
    expect(pieces('没有人', [])).toEqual([{ text: '没有人', mention: false }]);
  });
});

describe('what somebody writes', () => {
  it('has its first line as the subject', () => {
    expect(splitText('回访\n客户满意')).toEqual({ subject: '回访', content: '客户满意' });
    expect(splitText(' 只有一行 ')).toEqual({ subject: '只有一行', content: null });
    const long = '长'.repeat(80);
    expect(splitText(long)).toEqual({ subject: `${'长'.repeat(59)}…`, content: long });
  });
});
