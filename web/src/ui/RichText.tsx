import DOMPurify from 'dompurify';
import { useMemo } from 'react';

/** Draws HTML that people wrote. The server sanitises what it stores; this sanitises again what is drawn. */
export function RichText({ html }: { html: string }) {
  const clean = useMemo(() => DOMPurify.sanitize(html, { FORBID_TAGS: ['style', 'form', 'input'], FORBID_ATTR: ['style'] }), [html]);
  return <div className="rich-text" dangerouslySetInnerHTML={{ __html: clean }} />;
}

/** The words of rich text, for a cell. */
export function plainText(html: string): string {
  return new DOMParser().parseFromString(html, 'text/html').body.textContent.replace(/\s+/g, ' ').trim();
}
