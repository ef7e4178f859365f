import type { ReactNode } from 'react';
import { cn } from './cn';

/** A key of the keyboard. */
export function Kbd({ className, children }: { className?: string; children: ReactNode }) {
  return (
    <kbd
      className={cn(
        'inline-grid h-5 min-w-5 place-items-center rounded-sm border border-line bg-surface px-1 font-sans text-muted text-xs',
        className,
      )}
    >
      {children}
    </kbd>
  );
}
