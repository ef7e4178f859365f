'use client';

import { ChevronRight } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';

/**
 * What is rarely needed, folded away: a surface that opens at a click. @param note said beside the title, folded or not
 * @param hasError opens it: what is wrong must be seen
 */
export function Fold({
  title,
  note,
  hasError = false,
  children,
}: {
  title: string;
  note?: ReactNode;
  hasError?: boolean;
  children: ReactNode;
}) {
  const [open, setOpen] = useState(hasError);
  useEffect(() => {
    if (hasError) setOpen(true);
  }, [hasError]);
  return (
    <details
      className="group min-w-0 rounded-lg border border-line bg-surface"
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary className="flex cursor-pointer items-center gap-2 rounded-lg px-4 py-3 font-semibold text-sm">
        <ChevronRight aria-hidden className="size-4 shrink-0 transition-transform group-open:rotate-90" />
        {title}
        {note && <span className="font-normal text-muted text-xs">{note}</span>}
      </summary>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-6 border-line border-t p-4">{children}</div>
    </details>
  );
}
