'use client';

import { Clock } from 'lucide-react';
import { useState } from 'react';
import { useUrlState } from '@/components/patterns/use-url-state';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Popover, PopoverContent, PopoverTrigger } from '@/components/ui/popover';
import type { EventRange } from '@/lib/events/schema';
import { toIso, toLocal } from './local-time';

const ranges: { value: EventRange; label: string }[] = [
  { value: '1h', label: 'Last hour' },
  { value: '24h', label: 'Last 24 hours' },
  { value: '7d', label: 'Last 7 days' },
  { value: '30d', label: 'Last 30 days' },
];

/** When: a range counted back from now, or two moments of one's own. */
export function TimeRange() {
  const url = useUrlState();
  const [open, setOpen] = useState(false);
  const range = url.get('range');
  const since = url.get('since');
  const until = url.get('until');
  const chosen = ranges.find((one) => one.value === range)?.label ?? (since || until ? 'Custom time' : undefined);
  const set = (changes: { range?: string; since?: string | undefined; until?: string | undefined }) =>
    url.set({ range: undefined, since: undefined, until: undefined, ...changes });
  return (
    <Popover open={open} onOpenChange={setOpen}>
      <PopoverTrigger asChild>
        <Button className={chosen ? 'border-accent' : 'border-dashed'}>
          <Clock aria-hidden className="text-muted" />
          {chosen ?? 'Any time'}
        </Button>
      </PopoverTrigger>
      <PopoverContent align="end" className="grid w-64 gap-3">
        <div className="grid">
          {[{ value: undefined, label: 'Any time' }, ...ranges].map((one) => (
            <Button
              key={one.label}
              variant="ghost"
              aria-pressed={one.value === range}
              className="justify-start"
              onClick={() => {
                set(one.value ? { range: one.value } : {});
                setOpen(false);
              }}
            >
              {one.label}
            </Button>
          ))}
        </div>
        <div className="grid gap-3 border-line border-t pt-3">
          <Field label="From">
            <Input
              type="datetime-local"
              value={toLocal(since)}
              onChange={(event) => set({ since: toIso(event.target.value), until })}
            />
          </Field>
          <Field label="Until">
            <Input
              type="datetime-local"
              value={toLocal(until)}
              onChange={(event) => set({ since, until: toIso(event.target.value) })}
            />
          </Field>
        </div>
      </PopoverContent>
    </Popover>
  );
}
