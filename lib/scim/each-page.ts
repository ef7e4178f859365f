import type { ListQuery, ScimClient, ScimResult } from '@/lib/scim/client';
import type { ListPage } from '@/lib/scim/list-response';
import type { ScimResource } from '@/lib/scim/path';
import {
  beyondBounds,
  notBegun,
  type ReadingBounds,
  type ReadingProgress,
  readingBounds,
} from '@/lib/scim/reading-bounds';
import type { RequestOptions } from '@/lib/scim/transport';

export interface EachPageOptions {
  /** Resources asked for per page; the server may give fewer. Default 100. */
  pageSize?: number;
  filter?: string;
  /** Where to go on after an interruption; 1-based. Default 1. */
  startIndex?: number;
  /** How far an earlier stretch of the same reading has come. Default: what `startIndex` says, one page each. */
  progress?: ReadingProgress;
  /** Which of these ids an earlier stretch of the same reading has seen. */
  known?: (ids: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Over all stretches. Default {@link readingBounds}. */
  bounds?: ReadingBounds;
  /**
   * Whether to go on, asked after each page but the last: then the next one is asked for while this one is dealt with. Where it says no,
   * the reading ends with this page, and a later stretch goes on. Absent: pages are asked for one after the other, to the end.
   */
  readsOn?: () => boolean;
  /** A list without end is no failure: it ends, incomplete, with what was seen. */
  takesEndless?: boolean;
  signal?: AbortSignal;
}

export interface ReadPage {
  /** Those that no earlier page held. */
  resources: ScimResource[];
  /** What the server claims, at this moment. */
  totalResults: number;
  startIndex: number;
  /** Where the next page starts; of no use after the last one. */
  nextIndex: number;
  /** This page included: what a later stretch goes on from. */
  progress: ReadingProgress;
  last: boolean;
  /**
   * On the last page: whether as many resources with an id of their own were read as the server has ever claimed. If not, an
   * account that was not seen may exist all the same.
   */
  complete: boolean;
  /** Of a reading that is over and not complete: why not, for people. */
  doubt?: string;
}

const maxEmptyPages = 3;

/**
 * Reads a collection page by page and ends whatever the server claims: it goes on only while new resources arrive (or
 * a few pages are empty), and never beyond the bounds, which hold for the whole reading however many stretches it has.
 * Pages capped below `pageSize`, a total that grows, shrinks or lies, overlapping pages and an ignored startIndex are all
 * coped with, and an empty list is asked for twice. After a failure nothing more is read; that of a list without end is `endless`.
 */
export async function* eachPage(
  client: ScimClient,
  collection: 'Users' | 'Groups',
  options: EachPageOptions = {},
): AsyncGenerator<ScimResult<ReadPage>, void, void> {
  const { bounds = readingBounds, signal, readsOn, takesEndless = false } = options;
  const request: RequestOptions = signal ? { signal } : {};
  const reading = new Reading(options);
  const ask = () => {
    const query: ListQuery = { startIndex: reading.nextIndex, count: reading.count };
    if (options.filter !== undefined) query.filter = options.filter;
    return client.list(collection, query, request);
  };
  let ahead: ReturnType<typeof ask> | undefined;
  for (;;) {
    const result = await (ahead ?? ask());
    ahead = undefined;
    if (!result.ok) {
      if (result.failure.kind === 'too_many' && reading.halve()) continue;
      yield result;
      return;
    }
    const { exchange } = result;
    const next = await reading.take(result.value, exchange.responseBody?.length ?? 0);
    const doubt = endlessness(collection, next, reading.progress, bounds);
    if (doubt !== undefined) {
      const { repeats: _again, ...page } = next;
      const ended = { ...page, last: true, complete: false, doubt };
      yield takesEndless
        ? { ok: true, value: ended, exchange }
        : { ok: false, failure: { kind: 'endless', detail: doubt }, exchange };
      return;
    }
    const { repeats: _, ...page } = next;
    const goesOn = !page.last && (readsOn?.() ?? true);
    if (goesOn && readsOn) {
      ahead = ask();
      // Whoever leaves off does not wait for it.
      ahead.catch(() => {});
    }
    yield { ok: true, value: page, exchange };
    if (!goesOn) return;
  }
}

/** What has been read so far, and where to go on. */
class Reading {
  nextIndex: number;
  count: number;
  progress: ReadingProgress;
  /** Of this stretch. */
  readonly #keys = new Set<string>();
  /** Asked where an earlier stretch has read something. */
  readonly #known: EachPageOptions['known'];
  #emptyPages = 0;

  constructor({ startIndex = 1, pageSize = 100, progress, known }: EachPageOptions) {
    this.nextIndex = Math.max(1, startIndex);
    this.count = Math.max(1, Math.floor(pageSize));
    this.progress = progress ?? { ...notBegun, resources: this.nextIndex - 1 };
    this.#known = progress && progress.pages > 0 ? known : undefined;
  }

  /** Asks for smaller pages. False when they cannot be smaller. */
  halve(): boolean {
    if (this.count === 1) return false;
    this.count = Math.ceil(this.count / 2);
    return true;
  }

  async take(page: ListPage, bytes: number): Promise<ReadPage & { repeats: boolean }> {
    const asked = this.nextIndex;
    const fresh = await this.#newOnes(page.resources);
    const received = page.resources.length;
    const before = this.progress;
    this.progress = {
      pages: before.pages + 1,
      resources: before.resources + fresh.filter(hasId).length,
      bytes: before.bytes + bytes,
      claimed: Math.max(before.claimed, page.totalResults),
    };
    // Nothing at all may be said once by a server that is not ready yet.
    const isAskedAgain = before.pages === 0 && received === 0 && page.totalResults === 0;
    // By what arrived, not by what itemsPerPage claims; an empty page is stepped over as if it had been full.
    if (!isAskedAgain) this.nextIndex += received > 0 ? received : this.count;
    const reached = this.progress.resources >= page.totalResults;
    this.#emptyPages = received === 0 ? this.#emptyPages + 1 : 0;
    const isAgain = received > 0 && fresh.length === 0;
    const last = !isAskedAgain && this.#isLast(page, asked, fresh.length, reached);
    // A page that comes again is only everything when the total, or ignoring `count` as well, says so; one that is as long as limits
    // are says nothing by a total that is its own length.
    const isLimit = isAgain && asked > 1 && received <= this.count && received % 10 === 0;
    const vouched = (page.claimsTotal && !isLimit) || received === 0 || received > this.count;
    const { resources, claimed } = this.progress;
    const complete = last && resources >= claimed && vouched;
    const counted = `${resources} were listed and ${claimed} claimed`;
    const doubt = resources < claimed ? counted : `the same ${resources} came again, whatever was asked for`;
    return {
      repeats: isAgain && !reached,
      ...(last && !complete ? { doubt } : {}),
      resources: fresh,
      totalResults: page.totalResults,
      startIndex: asked,
      nextIndex: this.nextIndex,
      progress: this.progress,
      last,
      // A total that shrinks says that the pages have moved: somebody may have slipped through between two of them.
      complete,
    };
  }

  #isLast(page: ListPage, asked: number, fresh: number, reached: boolean): boolean {
    const received = page.resources.length;
    if (received === 0) {
      return reached || !page.claimsTotal || asked > page.totalResults || this.#emptyPages >= maxEmptyPages;
    }
    if (fresh === 0) return true;
    if (!page.claimsTotal) return false;
    const end = asked - 1 + received;
    if (end < page.totalResults) return false;
    // A total below what was already read is no total, but the size of this page. A first page may be such a one too, if
    // its size could be the server's limit, which is a round number; one more request tells.
    if (end > page.totalResults) return false;
    return asked > 1 || (received !== this.count && received % 5 !== 0);
  }

  /** Those that neither this stretch nor an earlier one has seen. */
  async #newOnes(resources: readonly ScimResource[]): Promise<ScimResource[]> {
    const fresh = resources.filter((resource) => {
      const key = typeof resource.id === 'string' ? resource.id : JSON.stringify(resource);
      if (this.#keys.has(key)) return false;
      this.#keys.add(key);
      return true;
    });
    const ids = fresh.flatMap(({ id }) => (typeof id === 'string' ? [id] : []));
    const known = ids.length > 0 ? await this.#known?.(ids) : undefined;
    return known ? fresh.filter(({ id }) => typeof id !== 'string' || !known.has(id)) : fresh;
  }
}

function hasId({ id }: ScimResource): boolean {
  return typeof id === 'string' && id !== '';
}

/** Why a list is not read on; undefined while it may come to an end. */
function endlessness(
  collection: string,
  { repeats, totalResults }: { repeats: boolean; totalResults: number },
  progress: ReadingProgress,
  bounds: ReadingBounds,
): string | undefined {
  if (!repeats) return beyondBounds(collection, progress, bounds);
  const { resources } = progress;
  return (
    `The server answers the same ${collection} again and again: ` +
    `${resources} of ${totalResults} could be read, startIndex seems to be ignored`
  );
}
