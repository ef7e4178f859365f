import { CircleCheck, CircleX, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from './cn';

const looks = {
  info: { icon: Info, color: 'text-accent-text', word: 'Note' },
  ok: { icon: CircleCheck, color: 'text-ok', word: 'Done' },
  warning: { icon: TriangleAlert, color: 'text-attention', word: 'Warning' },
  error: { icon: CircleX, color: 'text-error', word: 'Error' },
} as const;

const surfaces = {
  info: 'border-line bg-surface',
  ok: 'border-transparent bg-ok-soft',
  warning: 'border-transparent bg-attention-soft',
  error: 'border-transparent bg-error-soft',
} as const;

/** A note in the flow of a page: what happened, why, what to do. An error is announced when it appears. */
export function Callout({
  kind = 'info',
  title,
  actions,
  className,
  children,
}: {
  kind?: keyof typeof looks;
  title?: ReactNode;
  actions?: ReactNode;
  className?: string;
  children?: ReactNode;
}) {
  const look = looks[kind];
  return (
    <div
      role={kind === 'error' ? 'alert' : undefined}
      className={cn(
        'flex flex-wrap items-start gap-x-4 gap-y-2 rounded-lg border px-3.5 py-3',
        surfaces[kind],
        className,
      )}
    >
      <div className="flex min-w-0 flex-1 basis-72 items-start gap-2.5">
        <look.icon aria-hidden className={cn('mt-0.5 size-4 shrink-0', look.color)} />
        <span className="sr-only">{look.word}: </span>
        <div className="grid min-w-0 gap-0.5">
          {title && <p className="font-medium">{title}</p>}
          {children && (
            <div className={cn(title ? 'text-muted' : 'text-ink', kind !== 'info' && 'text-ink')}>{children}</div>
          )}
        </div>
      </div>
      {actions && <div className="flex shrink-0 items-center gap-2">{actions}</div>}
    </div>
  );
}
