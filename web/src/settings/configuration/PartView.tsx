import { Tag } from 'antd';
import type { Act, Part } from '@/api/configuration';
import { useLabel, useTexts } from '@/i18n';
import { useIsPhone } from '@/ui/useViewport';
import { diffRows, type DiffRow } from './diff';
import { configurationTexts } from './texts';

export const ACT_COLORS = { add: 'green', change: 'gold', remove: 'red', rename: 'blue' } as const;

export function ActTag({ act }: { act: Act | 'rename' }) {
  const t = useTexts(configurationTexts);
  return <Tag color={ACT_COLORS[act]} className="config-act">{t(act)}</Tag>;
}

/** What happened to one thing, as text before and after. */
export function PartView({ part }: { part: Part }) {
  const t = useTexts(configurationTexts);
  const label = useLabel();
  const phone = useIsPhone();
  const rows = diffRows(part.before, part.after);
  return (
    <section className="config-part" aria-label={label(part.title)}>
      <h3><ActTag act={part.act} /> {label(part.title)}</h3>
      <table className={phone ? 'config-diff one' : 'config-diff'}>
        {phone ? null : (
          <thead>
            <tr><th scope="col">{t('before')}</th><th scope="col">{t('after')}</th></tr>
          </thead>
        )}
        <tbody>{rows.map((row, n) => (phone ? <PhoneRow key={n} row={row} /> : <Row key={n} row={row} />))}</tbody>
      </table>
    </section>
  );
}

function Row({ row }: { row: DiffRow }) {
  const t = useTexts(configurationTexts);
  if (row.kind === 'gap') return <tr className="gap"><td colSpan={2}>{t('unchanged', { n: row.count ?? 0 })}</td></tr>;
  return (
    <tr>
      <td className={row.kind === 'same' ? undefined : row.left === undefined ? 'none' : 'gone'}>{row.left}</td>
      <td className={row.kind === 'same' ? undefined : row.right === undefined ? 'none' : 'new'}>{row.right}</td>
    </tr>
  );
}

function PhoneRow({ row }: { row: DiffRow }) {
  const t = useTexts(configurationTexts);
  if (row.kind === 'gap') return <tr className="gap"><td>{t('unchanged', { n: row.count ?? 0 })}</td></tr>;
  if (row.kind === 'same') return <tr><td>{row.left}</td></tr>;
  return (
    <>
      {row.left === undefined ? null : <tr><td className="gone">{row.left}</td></tr>}
      {row.right === undefined ? null : <tr><td className="new">{row.right}</td></tr>}
    </>
  );
}
