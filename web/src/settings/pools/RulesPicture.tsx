import type { PoolRules } from '@/api/pools';
import { useTexts } from '@/i18n';
import { marksOf, type Mark } from './rules';
import { poolSettingTexts } from './texts';

const NAMES = { taken: 'taken', protection: 'protectionEnds', follow: 'followUp', extended: 'extendedTo', longest: 'hardEnd' } as const;
/** Nearer marks would write over each other: they take turns above and below. */
const HIGH: Mark['kind'][] = ['follow', 'extended'];

/** Protection as a line: taken, its end, what a follow-up adds, and the end for good. */
export function RulesPicture({ rules }: { rules: PoolRules }) {
  const t = useTexts(poolSettingTexts);
  const marks = marksOf(rules);
  const last = Math.max(1, ...marks.map((mark) => mark.day));
  const at = (day: number) => `${String((100 * day) / last)}%`;
  const day = (kind: Mark['kind']) => marks.find((mark) => mark.kind === kind)?.day;
  const extended = day('extended');
  return (
    <div className="rules-picture" role="img" aria-label={marks.map((mark) => `${t(NAMES[mark.kind])}: ${t('dayN', { n: mark.day })}`).join(', ')}>
      <div className="rules-line">
        <span className="protected" style={{ insetInlineStart: 0, width: at(day('protection') ?? 0) }} />
        {extended === undefined ? null : <span className="extended" style={{ insetInlineStart: at(day('protection') ?? 0), width: at(extended - (day('protection') ?? 0)) }} />}
        {marks.map((mark) => (
          <span key={mark.kind} className={`mark ${mark.kind} ${HIGH.includes(mark.kind) ? 'high' : ''} ${mark.day === 0 ? 'first' : mark.day === last ? 'last' : ''}`} style={{ insetInlineStart: at(mark.day) }}>
            <i />
            <span><strong>{t(NAMES[mark.kind])}</strong><small>{t('dayN', { n: mark.day })}</small></span>
          </span>
        ))}
      </div>
    </div>
  );
}
