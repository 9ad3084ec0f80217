import type { ImportJob } from '@/api/imports';
import { useFormat, useTexts } from '@/i18n';
import { importTexts } from './texts';

/** What an import did with its rows, in four figures. */
export function ReportFigures({ job }: { job: ImportJob }) {
  const t = useTexts(importTexts);
  const names = job.dry_run
    ? [t('toCreate'), t('toUpdate'), t('toSkip'), t('toReject')]
    : [t('created'), t('updated'), t('skipped'), t('rejected')];
  const numbers = [job.created, job.updated, job.skipped, job.rejected];
  return <Tiles tiles={names.map((name, n) => ({ name, number: numbers[n] ?? 0, alarm: n === 3 }))} />;
}

export function Tiles({ tiles }: { tiles: { name: string; number: number; alarm?: boolean }[] }) {
  const format = useFormat();
  return (
    <dl className="import-figures">
      {tiles.map(({ name, number, alarm }) => (
        <div key={name} className={number === 0 ? 'none' : alarm ? 'alarm' : undefined}>
          <dt>{name}</dt>
          <dd className="number">{format.number(number)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What was replaced, blank or not found on the way. */
export function Noticed({ job }: { job: ImportJob }) {
  const t = useTexts(importTexts);
  const format = useFormat();
  const lines = [
    ...Object.entries(job.corrections).flatMap(([column, changes]) =>
      Object.entries(changes).map(([change, n]) => t('corrected', { column, change, n: format.number(n) })),
    ),
    ...Object.entries(job.blanks).map(([column, n]) => t('blanks', { column, n: format.number(n) })),
    ...(job.unlinked > 0 ? [t('unlinked', { n: format.number(job.unlinked) })] : []),
  ];
  if (lines.length === 0) return null;
  return (
    <section className="import-card">
      <h2>{t('noticed')}</h2>
      <ul className="import-noticed number">{lines.map((line) => <li key={line}>{line}</li>)}</ul>
    </section>
  );
}
