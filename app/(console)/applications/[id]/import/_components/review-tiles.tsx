'use client';

import { useUrlState } from '@/components/patterns/use-url-state';
import { cn } from '@/components/ui/cn';
import { type Tone, ToneIcon } from '@/components/ui/status';

/** How many rows of an import are of each kind, as they are kept. */
export interface TileCounts {
  undecided: number;
  none: number;
  exact: number;
  partial: number;
  ambiguous: number;
  imported: number;
  ignore: number;
  inactive: number;
}

const tiles: readonly { count: keyof TileCounts; label: string; tone: Tone; param: string; value: string }[] = [
  { count: 'undecided', label: 'To choose', tone: 'attention', param: 'decision', value: 'undecided' },
  { count: 'none', label: 'New', tone: 'progress', param: 'match', value: 'none' },
  { count: 'exact', label: 'Exact match', tone: 'ok', param: 'match', value: 'exact' },
  { count: 'partial', label: 'Partial match', tone: 'attention', param: 'match', value: 'partial' },
  { count: 'ambiguous', label: 'Conflict', tone: 'error', param: 'match', value: 'ambiguous' },
  { count: 'imported', label: 'Imported', tone: 'ok', param: 'status', value: 'imported' },
  { count: 'ignore', label: 'Ignored', tone: 'inactive', param: 'decision', value: 'ignore' },
  { count: 'inactive', label: 'Inactive there', tone: 'inactive', param: 'active', value: 'false' },
];

const nothing = { decision: undefined, match: undefined, status: undefined, active: undefined };

/** What there is to review, in numbers; each number is the filter that shows it. */
export function ReviewTiles({ counts }: { counts: TileCounts }) {
  const url = useUrlState();
  return (
    <ul className="grid grid-cols-2 gap-2 sm:grid-cols-4 xl:grid-cols-8">
      {tiles.map(({ count, label, tone, param, value }) => {
        const on = url.get(param) === value;
        return (
          <li key={label}>
            <button
              type="button"
              aria-pressed={on}
              onClick={() => url.set({ ...nothing, [param]: on ? undefined : value })}
              className={cn(
                'grid w-full gap-0.5 rounded-lg border px-3 py-2 text-left transition-colors',
                on ? 'border-accent bg-accent-soft' : 'border-line bg-surface hover:bg-hover',
              )}
            >
              <span className="font-semibold text-xl tabular-nums">{counts[count].toLocaleString('en')}</span>
              <span className="flex items-center gap-1.5 text-muted text-xs">
                {tone === 'progress' ? (
                  <span aria-hidden className="size-2 rounded-full bg-accent" />
                ) : (
                  <ToneIcon tone={tone} className="size-3.5" />
                )}
                {label}
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
