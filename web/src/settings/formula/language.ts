/** How a formula is coloured: texts, numbers, functions, names, signs and comments. */
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language';
import { tags } from '@lezer/highlight';

const NAME = /^\$?[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*/u;

export const formulaLanguage = StreamLanguage.define({
  name: 'formula',
  languageData: { closeBrackets: { brackets: ['(', '"', "'"] } },
  token(stream) {
    if (stream.eatSpace()) return null;
    if (stream.match(/^\/\/.*/)) return 'comment';
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/) || stream.match(/^'(?:[^'\\]|\\.)*'?/) || stream.match(/^[“”](?:[^“”\\]|\\.)*[“”]?/) || stream.match(/^[‘’](?:[^‘’\\]|\\.)*[‘’]?/)) return 'string';
    if (stream.match(/^\d+(?:\.\d+)?/)) return 'number';
    const name = stream.match(NAME) as RegExpMatchArray | null;
    if (name) {
      if (/^(?:true|false|null)$/i.test(name[0])) return 'atom';
      return stream.match(/^\s*[（(]/, false) ? 'keyword' : 'variableName';
    }
    if (stream.match(/^(?:&&|\|\||<=|>=|<>|==|!=|[-+*/&<>=!≤≥])/)) return 'operator';
    stream.next();
    return null;
  },
});

const style = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--ink-3)', fontStyle: 'italic' },
  { tag: tags.string, color: '#3a7a3f' },
  { tag: tags.number, color: '#a2560f' },
  { tag: tags.atom, color: '#a2560f' },
  { tag: tags.keyword, color: 'var(--brand)' },
  { tag: tags.variableName, color: 'var(--primary)' },
  { tag: tags.operator, color: 'var(--ink-2)' },
]);

export const formulaColours = syntaxHighlighting(style);
