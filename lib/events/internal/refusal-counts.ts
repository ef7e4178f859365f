import { addressKey } from '@/lib/core/address-key';
import type { EventDraft } from '../draft';

/** Refusals of one caller that are told one by one; what is beyond is counted together, by kind. */
const mostOfOne = 20;
/** Of all callers together. */
const most = 120;

interface Entry {
  draft: EventDraft;
  /** Told by itself, and so written when it was new. */
  single: boolean;
  who: string;
  /** Since it was last written. */
  count: number;
}

/** What is to be written of an entry. */
export interface Counted {
  entry: Entry;
  draft: EventDraft & { count: number };
}

/** Counts refusals that repeat themselves, in bounded memory. What is taken out is to be written once a minute. */
export class RefusalCounts {
  readonly #entries = new Map<string, Entry>();

  get size(): number {
    return this.#entries.size;
  }

  /** @returns whether it is news, to be written at once; otherwise it is counted */
  add(draft: EventDraft): boolean {
    const { actor, name, code, target, application, message } = draft;
    const who = actor.tokenId ?? actor.sourceId ?? actor.id ?? addressKey(actor.clientAddress);
    const key = JSON.stringify([name, code, who, target?.id, application?.id, message]);
    const known = this.#entries.get(key);
    if (known) {
      known.count += 1;
      return false;
    }
    if (this.#hasRoomFor(who)) {
      this.#entries.set(key, { draft, single: true, who, count: 0 });
      return true;
    }
    const several = { name, code, outcome: 'error' as const, message: 'Refusals that are not told one by one.' };
    if (this.#countTogether(JSON.stringify([name, code, who]), { ...several, actor }, 2 * most)) return false;
    // Too many callers to tell each: there are no more of these than names and codes.
    const somebody = { id: null, name: 'Several', clientAddress: null };
    this.#countTogether(JSON.stringify([name, code]), { ...several, actor: somebody }, Number.POSITIVE_INFINITY);
    return false;
  }

  #hasRoomFor(who: string): boolean {
    const singles = [...this.#entries.values()].filter((entry) => entry.single);
    return singles.length < most && singles.filter((entry) => entry.who === who).length < mostOfOne;
  }

  #countTogether(key: string, draft: EventDraft, room: number): boolean {
    const known = this.#entries.get(key);
    if (known) known.count += 1;
    else if (this.#entries.size < room) this.#entries.set(key, { draft, single: false, who: '', count: 1 });
    else return false;
    return true;
  }

  /** What was counted, to be written; what did not come again is news the next time. */
  due(): Counted[] {
    const due: Counted[] = [];
    for (const [key, entry] of this.#entries) {
      if (entry.count === 0) this.#entries.delete(key);
      else due.push({ entry, draft: { ...entry.draft, count: entry.count } });
    }
    return due;
  }

  /** Once that is written; what came meanwhile stays counted. */
  written(due: readonly Counted[]): void {
    for (const { entry, draft } of due) entry.count -= draft.count;
  }

  clear(): void {
    this.#entries.clear();
  }
}
