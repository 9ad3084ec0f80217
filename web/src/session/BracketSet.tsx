/** A bracket set in elevation: column, great block, two tiers of arms with their small blocks, and the beam with rafters' ends. */
export function BracketSet() {
  const block = (x: number, y: number, width = 40) => (
    <path key={`${String(x)}-${String(y)}`} d={`M${String(x - width / 2)} ${String(y)}h${String(width)}v10l-7 14h-${String(width - 14)}l-7-14z`} />
  );
  const arm = (y: number, half: number) => (
    <path d={`M${String(200 - half)} ${String(y)}h${String(half * 2)}v8c0 14-12 22-34 22h-${String(half * 2 - 68)}c-22 0-34-8-34-22z`} />
  );
  return (
    <svg viewBox="0 0 400 330" className="bracket-set" fill="currentColor">
      <g opacity=".35">{Array.from({ length: 11 }, (_, n) => <circle key={n} cx={20 + n * 36} cy="18" r="11" />)}</g>
      <rect x="0" y="36" width="400" height="22" />
      {[48, 124, 200, 276, 352].map((x) => block(x, 66))}
      {arm(94, 172)}
      {[104, 200, 296].map((x) => block(x, 132, 44))}
      {arm(162, 118)}
      {block(200, 200, 62)}
      <path d="M150 228h100v16l-16 26h-68l-16-26z" />
      <rect x="172" y="276" width="56" height="54" opacity=".8" />
    </svg>
  );
}
