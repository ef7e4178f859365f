import { afterEach, describe, expect, test } from 'vitest';
import { createHttpClient } from '@/lib/http/client';
import { createScimClient } from '@/lib/scim/client';
import { type EachPageOptions, eachPage } from '@/lib/scim/each-page';
import { beyondBounds, notBegun, type ReadingProgress, readingBounds } from '@/lib/scim/reading-bounds';
import { bearer, type ScimAnswer, scimError, startScim } from '@/lib/scim/testing/scim-server';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const people = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => ({ id: `u${from + index}` }));

/** A server that answers each page by `answer`, and a client of it. */
async function serverOf(answer: (startIndex: number, count: number) => unknown) {
  let requests = 0;
  const server = await startScim(({ path }): ScimAnswer => {
    requests += 1;
    const query = new URLSearchParams(path.split('?')[1]);
    const body = answer(Number(query.get('startIndex')), Number(query.get('count')));
    return isAnswer(body) ? body : { body };
  });
  cleanups.push(() => server.close());
  const http = createHttpClient({ allowPrivateTargets: ['127.0.0.1'] });
  const client = createScimClient({ baseUrl: server.url, authenticator: bearer('token'), http });
  return { client, requests: () => requests };
}

/** Reads everything from it. */
async function readAll(answer: (startIndex: number, count: number) => unknown, options: EachPageOptions = {}) {
  const { client, requests } = await serverOf(answer);
  const ids: string[] = [];
  for await (const result of eachPage(client, 'Users', { pageSize: 10, ...options })) {
    if (!result.ok) return { ids, requests: requests(), failure: result.failure };
    ids.push(...result.value.resources.map(({ id }) => String(id)));
    if (result.value.last) return { ids, requests: requests(), complete: result.value.complete };
  }
  return expect.fail('the reading ended without a last page');
}

function isAnswer(body: unknown): body is ScimAnswer {
  return typeof body === 'object' && body !== null && 'status' in body;
}

/** An honest page of `total` people. */
const page = (startIndex: number, count: number, total: number, claim: number = total) => ({
  totalResults: claim,
  startIndex,
  Resources: people(startIndex - 1, Math.min(total, startIndex - 1 + count)),
});

describe('a reading that goes on', () => {
  test('has the next page under way while one is dealt with, and asks for none beyond the last', async () => {
    const asked: number[] = [];
    const underWay: number[] = [];
    const { client } = await serverOf((start, count) => {
      asked.push(start);
      return page(start, count, 35);
    });
    for await (const answer of eachPage(client, 'Users', { pageSize: 10, readsOn: () => true })) {
      if (!answer.ok) return expect.fail(answer.failure.detail);
      const { last, nextIndex } = answer.value;
      if (!last) await expect.poll(() => asked).toContain(nextIndex);
      underWay.push(asked.length);
    }
    // What had been asked for beyond the last one would be there before this.
    await client.list('Users', { startIndex: 1_000, count: 1 }, {});
    expect(asked).toEqual([1, 11, 21, 31, 1_000]);
    expect(underWay).toEqual([2, 3, 4, 4]);
  });

  test('ends with the page after which it is told to, and asks for no other', async () => {
    const { client, requests } = await serverOf((start, count) => page(start, count, 35));
    const read: number[] = [];
    const options = { pageSize: 10, readsOn: () => read.length < 1 };
    for await (const answer of eachPage(client, 'Users', options)) if (answer.ok) read.push(answer.value.startIndex);
    expect(read).toEqual([1, 11]);
    expect(requests()).toBe(2);
  });
});

describe('an honest server', () => {
  test.each([
    // An empty list may be one that is not ready yet.
    [0, 2],
    [7, 1],
    [25, 3],
    [30, 3],
  ])('%i people are read in %i requests', async (total, expected) => {
    const { ids, requests, complete } = await readAll((start, count) => page(start, count, total));
    expect(ids).toEqual(people(0, total).map(({ id }) => id));
    expect({ requests, complete }).toEqual({ requests: expected, complete: true });
  });

  test('pages capped below count are followed by what arrived', async () => {
    const { ids, complete } = await readAll((start) => page(start, 4, 23), { pageSize: 100 });
    expect(ids).toHaveLength(23);
    expect(complete).toBe(true);
  });

  test('a reading goes on where it was interrupted', async () => {
    const { ids, complete, requests } = await readAll((start, count) => page(start, count, 25), { startIndex: 21 });
    expect(ids).toEqual(people(20, 25).map(({ id }) => id));
    expect({ requests, complete }).toEqual({ requests: 1, complete: true });
  });

  test('a page too large to answer is asked for in halves', async () => {
    const { ids } = await readAll((start, count) =>
      count > 3 ? scimError(400, 'too many', 'tooMany') : page(start, count, 8),
    );
    expect(ids).toHaveLength(8);
  });
});

describe('a server whose claims are wrong', () => {
  test('a total that is only the size of the page does not end the reading', async () => {
    const { ids } = await readAll((start, count) => {
      const honest = page(start, count, 34);
      return { ...honest, totalResults: honest.Resources.length };
    });
    expect(ids).toHaveLength(34);
  });

  test('no total at all is read until nothing comes', async () => {
    const { ids, complete } = await readAll((start, count) => ({ Resources: page(start, count, 34).Resources }));
    expect(ids).toHaveLength(34);
    expect(complete).toBe(true);
  });

  test('a total too large ends with the resources, and is told as incomplete', async () => {
    const { ids, complete, requests } = await readAll((start, count) => page(start, count, 25, 1_000_000_000));
    expect(ids).toHaveLength(25);
    expect(complete).toBe(false);
    expect(requests).toBeLessThan(10);
  });

  test('a hole of an empty page is stepped over', async () => {
    const { ids } = await readAll((start, count) =>
      start === 11 ? { totalResults: 30, Resources: [] } : page(start, count, 30),
    );
    expect(ids).toHaveLength(20);
    expect(ids).toContain('u29');
  });

  test('nothing but empty pages ends', async () => {
    const { ids, complete, requests } = await readAll(() => ({ totalResults: 500, Resources: [] }));
    expect({ ids, complete }).toEqual({ ids: [], complete: false });
    expect(requests).toBeLessThanOrEqual(3);
  });

  test('an ignored startIndex is a failure, not a circle', async () => {
    const { ids, failure, requests } = await readAll(() => page(1, 10, 10, 250));
    expect(ids).toHaveLength(10);
    expect(failure).toMatchObject({ kind: 'endless' });
    expect(failure?.detail).toContain('10 of 250');
    expect(requests).toBe(2);
  });

  test('everything at once, whatever was asked, is everything', async () => {
    const { ids, complete } = await readAll(() => people(0, 57));
    expect(ids).toHaveLength(57);
    expect(complete).toBe(true);
  });

  test('overlapping pages hand out nobody twice', async () => {
    const { ids } = await readAll((start, count) => page(Math.max(1, start - 3), count, 40));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(37);
  });

  test('a total that grows with every page ends at the hard bound', async () => {
    const { failure, ids } = await readAll((start, count) => page(start, count, 1_000_000, start + count + 100), {
      bounds: { ...readingBounds, resources: 95 },
    });
    expect(failure?.detail).toContain('More than 95');
    expect(ids.length).toBeLessThanOrEqual(95);
  });

  test('claims that are no numbers are no claims', async () => {
    const { ids } = await readAll((start, count) => ({
      ...page(start, count, 25),
      totalResults: 'many',
      startIndex: -1,
      itemsPerPage: 1e99,
    }));
    expect(ids).toHaveLength(25);
  });
});

test('a failure in the middle ends the reading with it', async () => {
  const { ids, failure } = await readAll((start, count) =>
    start > 10 ? scimError(503, 'busy') : page(start, count, 30),
  );
  expect(ids).toHaveLength(10);
  expect(failure).toMatchObject({ kind: 'unavailable', status: 503 });
});

describe('a list without end, over as many stretches as it takes', () => {
  /** Reads in stretches of three pages, as a cycle does, remembering only what is stored. */
  async function inStretches(answer: (startIndex: number, count: number) => unknown, options: EachPageOptions = {}) {
    let progress: ReadingProgress = notBegun;
    let startIndex = 1;
    const stored = new Set<string>();
    const server = await startScim(({ path }): ScimAnswer => {
      const query = new URLSearchParams(path.split('?')[1]);
      return { body: answer(Number(query.get('startIndex')), Number(query.get('count'))) };
    });
    cleanups.push(() => server.close());
    const http = createHttpClient({ allowPrivateTargets: ['127.0.0.1'] });
    const client = createScimClient({ baseUrl: server.url, authenticator: bearer('token'), http });
    const known = async (ids: readonly string[]) => new Set(ids.filter((id) => stored.has(id)));
    for (let stretch = 0; stretch < 200; stretch += 1) {
      let pages = 0;
      const fresh: string[] = [];
      for await (const result of eachPage(client, 'Users', { pageSize: 10, startIndex, progress, known, ...options })) {
        if (!result.ok) return { stored: stored.size, requests: server.received.length, failure: result.failure };
        progress = result.value.progress;
        startIndex = result.value.nextIndex;
        fresh.push(...result.value.resources.map(({ id }) => String(id)));
        if (result.value.last) return { stored: stored.size + fresh.length, complete: result.value.complete };
        pages += 1;
        if (pages === 3) break;
      }
      for (const id of fresh) stored.add(id);
    }
    return expect.fail('the reading does not end');
  }
  const billion = 1_000_000_000;
  const small = { ...readingBounds, resources: 250, pagesOnTop: 20 };

  test('an honest one is read to its end, whatever the stretches', async () => {
    expect(await inStretches((start, count) => page(start, count, 247))).toEqual({ stored: 247, complete: true });
  });

  test('one that loses somebody between two pages is not complete, though as many were read as it claims in the end', async () => {
    // After the first stretch the first person is deleted, and everybody moves up by one: the 31st is never seen.
    const answer = (start: number, count: number) => {
      const all = start <= 30 ? people(0, 47) : people(1, 47);
      return { totalResults: all.length, Resources: all.slice(start - 1, start - 1 + count) };
    };
    expect(await inStretches(answer)).toEqual({ stored: 46, complete: false });
  });

  test('what has no id counts as nobody, so that it cannot stand for somebody who was not seen', async () => {
    const answer = (start: number, count: number) => ({
      totalResults: 20,
      Resources: [...people(0, 19), { displayName: 'nobody' }].slice(start - 1, start - 1 + count),
    });
    expect(await inStretches(answer)).toMatchObject({ complete: false });
  });

  test('one that always has a new page ends at the bound, whatever its total says', async () => {
    const { stored, failure } = await inStretches(
      (start, count) => ({ totalResults: billion, Resources: people(start - 1, start - 1 + count) }),
      { bounds: small },
    );
    expect(failure).toMatchObject({ kind: 'endless', detail: expect.stringContaining('More than 250 Users') });
    expect(stored).toBeLessThanOrEqual(250);
  });

  test('one that begins again after some pages is found out, though no stretch sees a page twice', async () => {
    const { stored, failure, requests } = await inStretches((start, count) => ({
      totalResults: billion,
      Resources: people((start - 1) % 40, ((start - 1) % 40) + count),
    }));
    expect(failure).toMatchObject({ kind: 'endless', detail: expect.stringContaining('again and again: 40 of') });
    expect({ stored, requests }).toEqual({ stored: 30, requests: 5 });
  });

  test('one that gives a single resource a page ends long before as many pages as resources are allowed', async () => {
    const { requests, failure } = await inStretches(
      (start) => ({ totalResults: billion, Resources: people(start - 1, start) }),
      { bounds: small },
    );
    expect(failure).toMatchObject({
      kind: 'endless',
      detail: '26 pages held 26 different Users: the list is refused as endless',
    });
    expect(requests).toBe(26);
  });

  test('one whose pages are mostly the same ends, though each brings something new', async () => {
    const { failure, requests } = await inStretches(
      (start) => ({ totalResults: billion, Resources: [...people(0, 9), { id: `new ${start}` }] }),
      { bounds: small },
    );
    expect(failure).toMatchObject({ kind: 'endless' });
    expect(requests).toBeLessThan(40);
  });

  test('one whose resources are huge ends by its size', async () => {
    const { failure, requests } = await inStretches(
      (start, count) => ({
        totalResults: billion,
        Resources: people(start - 1, start - 1 + count).map((one) => ({ ...one, note: 'x'.repeat(10_000) })),
      }),
      { bounds: { ...readingBounds, bytes: 1024 ** 2 } },
    );
    expect(failure?.detail).toMatch(/^1[01]0 Users take more than 1 MiB/);
    expect(requests).toBe(11);
  });

  test('a million accounts fit, in pages of five and more', () => {
    const atThe = (pages: number) => beyondBounds('Users', { pages, resources: 1_000_000, bytes: 2 * 1024 ** 3 });
    expect([5, 100, 200, 1_000].map((size) => atThe(1_000_000 / size))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(beyondBounds('Users', { pages: 5_001, resources: 1_000_001, bytes: 0 })).toContain('More than 1,000,000');
  });
});
