import { type PublicEvent, toPublicEvent } from '@/lib/events/public-event';
import type { EventRow } from '@/lib/events/queries';

/** Events of one message at most. */
const maxEvents = 100;
/** Bytes of one message at most; a single event that is larger goes alone. */
const maxBytes = 512 * 1024;
/** What stands around the events. */
const frameBytes = 32;

/** What a receiver gets, as JSON. */
export type WebhookMessage = { type: 'events'; events: PublicEvent[] } | { type: 'test' };

/** The text of a message. The same events always give the same text. */
export function messageBody(events: readonly EventRow[]): string {
  return JSON.stringify({ type: 'events', events: events.map(toPublicEvent) } satisfies WebhookMessage);
}

/** Cuts events into messages, bound in number and size, in their order. */
export function cutIntoMessages<Row extends EventRow>(events: readonly Row[]): Row[][] {
  const messages: Row[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const event of events) {
    const size = Buffer.byteLength(JSON.stringify(toPublicEvent(event))) + 1;
    const current = messages.at(-1);
    if (current && current.length < maxEvents && bytes + size <= maxBytes) {
      current.push(event);
      bytes += size;
    } else {
      messages.push([event]);
      bytes = frameBytes + size;
    }
  }
  return messages;
}
