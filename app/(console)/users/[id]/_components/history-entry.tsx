import { ChangedValues } from '@/components/patterns/changed-values';
import { AbsoluteTime } from '@/components/patterns/relative-time';
import { TextLink } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { Status } from '@/components/ui/status';
import { links } from '@/lib/core/links';
import { personChanges } from '@/lib/events/person-history';
import type { EventRow } from '@/lib/events/queries';

/** More than these are folded: a person who was created has all of their properties. */
const openChanges = 6;
const words: Partial<Record<string, string>> = personChanges;

/** One thing that was done to a person: what, when, by whom, and each value before and after. */
export function HistoryEntry({ event }: { event: EventRow }) {
  const changes = event.changes ?? {};
  const count = Object.keys(changes).length;
  return (
    <Card
      title={
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          {words[event.name] ?? <span className="font-mono">{event.name}</span>}
          {event.outcome === 'error' && <Status tone="error">Error</Status>}
        </span>
      }
      description={
        <span className="flex flex-wrap gap-x-1.5">
          <AbsoluteTime at={event.at} seconds />
          <span>by {event.actorName}</span>
          {event.applicationLabel && <span>· {event.applicationLabel}</span>}
        </span>
      }
      actions={
        <TextLink href={links.event(event.id)}>
          Details<span className="sr-only"> of event {event.id}</span>
        </TextLink>
      }
      flush={count === 0 && !event.message}
    >
      {event.message && <p className="text-muted text-sm">{event.message}</p>}
      {count > 0 && (
        <details open={count <= openChanges} className={event.message ? 'mt-3' : ''}>
          <summary className="w-fit cursor-pointer rounded-sm font-medium text-sm">
            {count === 1 ? '1 value' : `${count} values`}
          </summary>
          <div className="mt-3">
            <ChangedValues label={`What changed, event ${event.id}`} changes={changes} />
          </div>
        </details>
      )}
    </Card>
  );
}
