import type { Row } from '@/api/types';

/** Lines in their order, each component below its bundle, with how deep it stands. One whose bundle is not there stands by itself. */
export function inTree(rows: readonly Row[]): { row: Row; depth: number }[] {
  const known = new Set(rows.map((row) => row.id));
  const parentOf = (row: Row) => (typeof row.parent_line_id === 'string' && known.has(row.parent_line_id) ? row.parent_line_id : undefined);
  const below = (parent: string | undefined, depth: number): { row: Row; depth: number }[] =>
    rows.filter((row) => parentOf(row) === parent).flatMap((row) => [{ row, depth }, ...below(row.id, depth + 1)]);
  return below(undefined, 0);
}
