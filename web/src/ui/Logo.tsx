/** The product's sign: a bracket set (斗拱): the beam, three blocks, the arm, and the block that carries all on its column. */
export function Logo({ size = 28, title }: { size?: number; title?: string }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" role={title ? 'img' : 'presentation'} aria-label={title} aria-hidden={title ? undefined : true}>
      <rect width="32" height="32" rx="7" fill="#b83a26" />
      <g fill="#fff">
        <path d="M4.5 7h23v3h-23z" />
        <path d="M6.5 11.5h5l-.9 2.6h-3.2zM20.5 11.5h5l-.9 2.6h-3.2zM13.5 11.5h5l-.9 2.6h-3.2z" />
        <path d="M7 15.6h18c0 2.300-1.5 3.400-4.200 3.400h-9.6C8.5 19 7 17.900 7 15.6z" />
        <path d="M12.5 20.5h7l-1.300 3.300h-4.400z" />
        <path d="M14 25.200h4v2.300h-4z" />
      </g>
    </svg>
  );
}
