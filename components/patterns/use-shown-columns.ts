'use client';

import { useSyncExternalStore } from 'react';

/** Tailwind's breakpoints, in pixels, as `hideBelow` of a column names them. */
const widths = { sm: 640, md: 768, lg: 1024, xl: 1280 } as const;
type Breakpoint = keyof typeof widths;

const queries = () => Object.values(widths).map((width) => window.matchMedia(`(width < ${width}px)`));

function listen(changed: () => void): () => void {
  const lists = queries();
  for (const list of lists) list.addEventListener('change', changed);
  return () => {
    for (const list of lists) list.removeEventListener('change', changed);
  };
}

const below = () => (Object.keys(widths) as Breakpoint[]).filter((_, index) => queries()[index]?.matches).join(' ');

/**
 * How many of these columns are shown at the present width: a cell that spans more than there are makes columns of its own,
 * which take the room of the others. On the server, all of them.
 */
export function useShownColumns(columns: readonly { hideBelow?: Breakpoint }[]): number {
  const hidden = useSyncExternalStore(listen, below, () => '').split(' ');
  return columns.filter(({ hideBelow }) => !hideBelow || !hidden.includes(hideBelow)).length;
}
