import { cn } from '@/components/ui/cn';
import type { RecentCycle } from '@/lib/provisioning/queries/recent-cycles';

/** One bar a cycle: its height is how much was changed, its color whether all of it succeeded. */
export function CycleSparkline({ cycles }: { cycles: readonly RecentCycle[] }) {
  if (cycles.length === 0) return <span className="text-muted">None</span>;
  const tallest = Math.max(1, ...cycles.map(size));
  const failed = cycles.filter(bad).length;
  const words = `${cycles.length} ${cycles.length === 1 ? 'cycle' : 'cycles'}, ${failed} with failures`;
  return (
    <span role="img" aria-label={words} title={words} className="flex h-5 items-end gap-0.5">
      {cycles.map((cycle) => (
        <span
          key={cycle.id}
          style={{ height: `${15 + (size(cycle) / tallest) * 85}%` }}
          className={cn(
            'w-1.5 rounded-sm',
            bad(cycle) ? 'bg-danger' : cycle.changes > 0 ? 'bg-accent' : 'bg-line-strong',
          )}
        />
      ))}
    </span>
  );
}

/** By orders of magnitude: a first cycle would make all others invisible. */
function size(cycle: RecentCycle): number {
  return Math.log10(1 + cycle.changes + cycle.failures);
}

function bad(cycle: RecentCycle): boolean {
  return cycle.stage === 'failed' || cycle.failures > 0;
}
