import type { ReactNode } from 'react';
import { cn } from './cn';
import { type Tone, ToneIcon, toneSoft } from './status';

/** A small filled label. With a `tone` it carries the tone's icon; without one it is neutral. */
export function Badge({
  tone,
  icon = true,
  className,
  children,
}: {
  tone?: Tone | undefined;
  /** Leave the icon out where the word alone says it ("Create"). */
  icon?: boolean;
  className?: string;
  children: ReactNode;
}) {
  return (
    <span
      className={cn(
        'inline-flex h-5 items-center gap-1 whitespace-nowrap rounded-sm px-1.5 font-medium text-xs',
        tone ? toneSoft[tone] : 'bg-subtle text-muted',
        className,
      )}
    >
      {tone && icon && <ToneIcon tone={tone} className="size-3" />}
      {children}
    </span>
  );
}
