/** Two texts side by side, line by line. */
export interface DiffRow {
  kind: 'same' | 'changed' | 'added' | 'removed' | 'gap';
  left?: string;
  right?: string;
  /** A gap: how many equal lines are left out. */
  count?: number;
}

const CONTEXT = 3;
/** Beyond so many pairs of lines the middle is told as one replacement: nobody reads that line by line. */
const PAIRS_MAX = 4_000_000;

type Edit = [left: string | undefined, right: string | undefined];

/** The rows of `before` and `after`; equal lines further than three from a difference are one gap. */
export function diffRows(before: string, after: string): DiffRow[] {
  return folded(paired(edits(lines(before), lines(after))));
}

const lines = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

function edits(a: string[], b: string[]): Edit[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const same = (some: string[]): Edit[] => some.map((line) => [line, line]);
  return [
    ...same(a.slice(0, start)),
    ...middle(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...same(a.slice(a.length - end)),
  ];
}

/** The longest common lines stay, the others were removed and added. */
function middle(a: string[], b: string[]): Edit[] {
  if (a.length * b.length > PAIRS_MAX || a.length === 0 || b.length === 0) {
    return [...a.map((line): Edit => [line, undefined]), ...b.map((line): Edit => [undefined, line])];
  }
  const width = b.length + 1;
  const longest = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => longest[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      longest[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const found: Edit[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      found.push([a[i], b[j]]);
      i += 1;
      j += 1;
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) {
      found.push([a[i], undefined]);
      i += 1;
    } else {
      found.push([undefined, b[j]]);
      j += 1;
    }
  }
  return found;
}

/** Lines removed and lines added at the same place stand beside each other. */
function paired(all: Edit[]): DiffRow[] {
  const rows: DiffRow[] = [];
  let removed: string[] = [];
  let added: string[] = [];
  const flush = () => {
    for (let n = 0; n < Math.max(removed.length, added.length); n += 1) {
      const [left, right] = [removed[n], added[n]];
      if (left !== undefined && right !== undefined) rows.push({ kind: 'changed', left, right });
      else rows.push(left === undefined ? { kind: 'added', right } : { kind: 'removed', left });
    }
    removed = [];
    added = [];
  };
  for (const [left, right] of all) {
    if (left !== undefined && right !== undefined) {
      flush();
      rows.push({ kind: 'same', left, right });
    } else if (left !== undefined) removed.push(left);
    else if (right !== undefined) added.push(right);
  }
  flush();
  return rows;
}

function folded(rows: DiffRow[]): DiffRow[] {
  const near = new Set<number>();
  rows.forEach((row, n) => {
    if (row.kind === 'same') return;
    for (let m = n - CONTEXT; m <= n + CONTEXT; m += 1) near.add(m);
  });
  const shown: DiffRow[] = [];
  for (const [n, row] of rows.entries()) {
    const last = shown.at(-1);
    if (near.has(n)) shown.push(row);
    else if (last?.kind === 'gap') last.count = (last.count ?? 0) + 1;
    else shown.push({ kind: 'gap', count: 1 });
  }
  return shown;
}
