import type { ListQuery, ScimClient, ScimResult } from '@/lib/scim/client';
import type { ScimExchange } from '@/lib/scim/exchange';
import type { ScimFailure } from '@/lib/scim/failure';
import type { ListPage } from '@/lib/scim/list-response';
import type { ScimResource } from '@/lib/scim/path';
import type { RequestOptions } from '@/lib/scim/transport';

export interface EachPageOptions {
  /** Resources asked for per page; the server may give fewer. Default 100. */
  pageSize?: number;
  filter?: string;
  /** Where to go on after an interruption; 1-based. Default 1. */
  startIndex?: number;
  /** More than this many resources is refused as a runaway list. Default 1,000,000. */
  maxResources?: number;
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
  last: boolean;
  /**
   * On the last page: whether as many resources were read as the server claims. If not, an account that was not seen
   * may exist all the same.
   */
  complete: boolean;
}

const maxEmptyPages = 3;
const defaultMaxResources = 1_000_000;

/**
 * Reads a collection page by page and ends whatever the server claims: it goes on only while new resources arrive (or
 * a few pages are empty), and never beyond `maxResources`. Pages capped below `pageSize`, a total that grows, shrinks or
 * lies, overlapping pages and an ignored startIndex are all coped with. After a failure nothing more is read.
 */
export async function* eachPage(
  client: ScimClient,
  collection: 'Users' | 'Groups',
  options: EachPageOptions = {},
): AsyncGenerator<ScimResult<ReadPage>, void, void> {
  const { maxResources = defaultMaxResources, signal, startIndex = 1 } = options;
  const request: RequestOptions = signal ? { signal } : {};
  const reading = new Reading(startIndex, options.pageSize ?? 100);
  for (;;) {
    const query: ListQuery = { startIndex: reading.nextIndex, count: reading.count };
    if (options.filter !== undefined) query.filter = options.filter;
    const result = await client.list(collection, query, request);
    if (!result.ok) {
      if (result.failure.kind === 'too_many' && reading.halve()) continue;
      yield result;
      return;
    }
    const next = reading.take(result.value);
    if (next === 'repeats') {
      yield fail(
        result.exchange,
        `The server answers the same ${collection} again and again: ` +
          `${reading.seen} of ${result.value.totalResults} could be read, startIndex seems to be ignored`,
      );
      return;
    }
    if (reading.seen > maxResources) {
      yield fail(
        result.exchange,
        `More than ${maxResources.toLocaleString('en-US')} ${collection}: refused as endless`,
      );
      return;
    }
    yield { ok: true, value: next, exchange: result.exchange };
    if (next.last) return;
  }
}

/** What has been read so far, and where to go on. */
class Reading {
  nextIndex: number;
  count: number;
  readonly #first: number;
  readonly #keys = new Set<string>();
  #emptyPages = 0;

  constructor(startIndex: number, pageSize: number) {
    this.#first = Math.max(1, startIndex);
    this.nextIndex = this.#first;
    this.count = Math.max(1, Math.floor(pageSize));
  }

  get seen(): number {
    return this.#keys.size;
  }

  /** Asks for smaller pages. False when they cannot be smaller. */
  halve(): boolean {
    if (this.count === 1) return false;
    this.count = Math.ceil(this.count / 2);
    return true;
  }

  take(page: ListPage): ReadPage | 'repeats' {
    const asked = this.nextIndex;
    const fresh = page.resources.filter((resource) => this.#isNew(resource));
    const received = page.resources.length;
    // By what arrived, not by what itemsPerPage claims; an empty page is stepped over as if it had been full.
    this.nextIndex += received > 0 ? received : this.count;
    const reached = this.seen + this.#first - 1 >= page.totalResults;
    this.#emptyPages = received === 0 ? this.#emptyPages + 1 : 0;
    if (received > 0 && fresh.length === 0 && !reached) return 'repeats';
    const last = this.#isLast(page, asked, fresh.length, reached);
    // A page that comes again is only everything when the total, or ignoring `count` as well, says so.
    const vouched = page.claimsTotal || received === 0 || received > this.count;
    return {
      resources: fresh,
      totalResults: page.totalResults,
      startIndex: asked,
      nextIndex: this.nextIndex,
      last,
      complete: last && reached && vouched,
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

  #isNew(resource: ScimResource): boolean {
    const key = typeof resource.id === 'string' ? resource.id : JSON.stringify(resource);
    if (this.#keys.has(key)) return false;
    this.#keys.add(key);
    return true;
  }
}

function fail(exchange: ScimExchange, detail: string): { ok: false; failure: ScimFailure; exchange: ScimExchange } {
  return { ok: false, failure: { kind: 'not_scim', detail }, exchange };
}
