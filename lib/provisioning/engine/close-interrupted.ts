import { directTransaction } from '@/lib/db/direct-transaction';
import type { Operation } from '@/lib/db/generated/client';
import type { EventDraft } from '@/lib/events/draft';
import { confirmedWords } from '../on-demand/schema';
import { heldLinks, type OpenOperation } from './intents';
import type { Kind, Settled } from './link';
import { writeLinks, writeOperations } from './settle';

/** What is known by now of a link whose attempts were interrupted. */
export interface Interrupted<S extends Settled> {
  /** The link as it is with what was carried out. */
  settled: S;
  open: readonly Operation[];
  /** Ids of those that were carried out. */
  done: ReadonlySet<string>;
  eventOf(operation: Operation): EventDraft;
}

/** So long, in milliseconds, a server may take until what was created is found. */
const settlingMs = 6_000;

/**
 * In how many milliseconds it is certain that what an attempt has created would be found; 0 or less: it is. Counted from when its answer
 * was missed: it may have waited for its turn long after it was decided on.
 */
export function settlesIn({ createdAt, lostAt }: Pick<OpenOperation, 'createdAt' | 'lostAt'>): number {
  return (lostAt ?? createdAt).getTime() + settlingMs - Date.now();
}

/**
 * After a crash or a lost answer, once it was looked up: what was carried out is recorded as the success it was, with its event;
 * what was not is closed without one, because it never reached anybody. The link stays leased.
 * @returns false where another worker has taken it over: that one looks it up itself, and nothing is written here
 */
export function closeInterrupted<S extends Settled>(kind: Kind<S>, interrupted: Interrupted<S>): Promise<boolean> {
  const { settled, open, done, eventOf } = interrupted;
  const error = { code: 'Interrupted', message: 'Interrupted before it was carried out.' };
  return directTransaction(async (ask) => {
    const held = await heldLinks(ask, kind, [settled.link]);
    if (!held.has(settled.link.id)) return false;
    await writeOperations(
      ask,
      open.map((operation) => {
        const { id } = operation;
        const told = eventOf(operation);
        const changes = told.changes ? { changes: told.changes } : {};
        if (!done.has(id)) return { operation: { id, state: 'failed', error, ...changes } };
        const event = { ...told, message: `${confirmedWords}: it was looked up, and not sent again.` };
        return { operation: { id, state: 'succeeded', error: null, confirmed: true, ...changes }, event };
      }),
    );
    await writeLinks(ask, kind, [settled], true);
    // An account that was found is one that its groups wait for.
    await kind.follow(ask, settled.link.applicationId, [settled]);
    return true;
  });
}
