'use client';

import { Progress as Radix } from 'radix-ui';
import { cn } from './cn';

/** A thin bar. `value` 0 to `max`; null while the end is not known. For announced progress use ProgressBar. */
export function Progress({
  value,
  max = 100,
  label,
  className,
}: {
  value: number | null;
  max?: number;
  label: string;
  className?: string;
}) {
  const share = value === null ? 30 : Math.min(100, (value / Math.max(max, 1)) * 100);
  return (
    <Radix.Root
      value={value === null ? null : Math.min(value, Math.max(max, 1))}
      max={Math.max(max, 1)}
      aria-label={label}
      className={cn('h-1.5 w-full overflow-hidden rounded-full bg-subtle', className)}
    >
      <Radix.Indicator
        className={cn('h-full rounded-full bg-accent transition-[width]', value === null && 'animate-shimmer')}
        style={{ width: `${share}%` }}
      />
    </Radix.Root>
  );
}
