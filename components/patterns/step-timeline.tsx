import { Circle, CircleCheck, CircleMinus, CircleX, LoaderCircle, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from '@/components/ui/cn';

export type StepState = 'waiting' | 'running' | 'ok' | 'warning' | 'error' | 'skipped';

export interface TimelineStep {
  id: string;
  state: StepState;
  label: ReactNode;
  durationMs?: number | undefined;
  /** What was found: "PATCH, filter, 200 a page"; or what went wrong. */
  message?: ReactNode;
  /** How to mend it. */
  hint?: ReactNode;
  /** What can be done in it. */
  actions?: ReactNode;
  /** Request and response, values: folded away under "Details". */
  details?: ReactNode;
  /** The details are shown at first. */
  open?: boolean;
}

const looks = {
  waiting: { icon: Circle, color: 'text-line-strong', word: 'Waiting' },
  running: { icon: LoaderCircle, color: 'text-accent-text animate-spin', word: 'Running' },
  ok: { icon: CircleCheck, color: 'text-ok', word: 'Done' },
  warning: { icon: TriangleAlert, color: 'text-attention', word: 'Warning' },
  error: { icon: CircleX, color: 'text-error', word: 'Failed' },
  skipped: { icon: CircleMinus, color: 'text-inactive', word: 'Skipped' },
} as const;

/** A checklist that fills while it runs: a connection test, provisioning on demand. Changes are announced. */
export function StepTimeline({
  label,
  steps,
  className,
}: {
  label: string;
  steps: readonly TimelineStep[];
  className?: string;
}) {
  return (
    <ol aria-label={label} aria-live="polite" className={cn('grid', className)}>
      {steps.map((step, index) => {
        const look = looks[step.state];
        const last = index === steps.length - 1;
        return (
          <li key={step.id} className="grid grid-cols-[16px_minmax(0,1fr)] gap-x-3">
            <span aria-hidden className="flex flex-col items-center">
              <look.icon className={cn('mt-0.5 size-4 shrink-0', look.color)} />
              {!last && <span className="my-1 w-px flex-1 bg-line" />}
            </span>
            <div className={cn('grid min-w-0 gap-0.5', !last && 'pb-4')}>
              <div className="flex items-baseline justify-between gap-4">
                <span
                  className={cn('font-medium', (step.state === 'waiting' || step.state === 'skipped') && 'text-muted')}
                >
                  <span className="sr-only">{look.word}: </span>
                  {step.label}
                </span>
                {step.durationMs !== undefined && (
                  <span className="shrink-0 text-muted text-xs tabular-nums">{formatDuration(step.durationMs)}</span>
                )}
              </div>
              {step.message && (
                <div className={cn('break-words text-sm', step.state === 'error' ? 'text-error' : 'text-muted')}>
                  {step.message}
                </div>
              )}
              {step.hint && (
                <div className="mt-1 rounded-md bg-subtle px-2.5 py-2">
                  <span className="font-medium">How to fix: </span>
                  {step.hint}
                </div>
              )}
              {step.actions && <div className="mt-2">{step.actions}</div>}
              {step.details && (
                <details className="mt-1" open={step.open}>
                  <summary className="w-fit rounded-sm text-accent-text text-xs hover:underline">Details</summary>
                  <div className="mt-2">{step.details}</div>
                </details>
              )}
            </div>
          </li>
        );
      })}
    </ol>
  );
}

/** "42 ms", "1.3 s", "2 min 5 s". */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
