import { type BulkOperation, type BulkPart, bulkRequest, bulkResponse, readBulkResponse } from '@/lib/scim/bulk';
import type { ScimCapabilities } from '@/lib/scim/capabilities';
import type { ScimFailure } from '@/lib/scim/failure';
import { parseJson } from '@/lib/scim/json';
import { type Lesson, lessonOf } from '@/lib/scim/lesson';
import type { ServerProfile } from '@/lib/scim/profile';
import { passwordsIn } from '@/lib/scim/redact';
import {
  type Answer,
  addressOf,
  isAddressable,
  judgeAnswer,
  placeOf,
  type SendOptions,
  type Transport,
} from '@/lib/scim/transport';

/** What several things that are done at once have come to. */
export interface Together<T> {
  /** In their order; undefined: its request has not left, or was refused with all others before anything was done, and may be sent again. */
  results: (T | undefined)[];
  /** A request of several has no answer that tells what became of them, as a server has that is out of order: the last such answer. */
  lost?: Lesson;
}

export interface Bulk {
  transport: Transport;
  capabilities: ScimCapabilities;
  learn(taught: Partial<ServerProfile>, lesson?: Lesson): Promise<void>;
}

/** A change that waits to leave. */
interface Waiting {
  method: BulkOperation['method'];
  path: readonly string[];
  request: SendOptions;
  answer(answer: Answer): void;
  /** It does not leave. */
  leaveOut(): void;
}

/** For as long as it may take to carry out what one request asks for, in milliseconds. */
const timeoutMs = 30_000;

/** Thrown at what is not to go on, because its request has not left. */
class Unsent extends Error {}

/**
 * Does several things at once, each as if it were alone. The changes that they wait for leave together, by one request (RFC 7644 §3.7), as soon as
 * nobody does anything else; each gets its own part of the answer, judged as its own answer would be. Reads go one by one.
 * @param works each with what sends its requests
 */
export async function together<T>(
  bulk: Bulk,
  works: readonly ((transport: Transport) => Promise<T>)[],
): Promise<Together<T>> {
  const gathering = new Gathering(bulk, works.length);
  const ended = await Promise.allSettled(
    works.map((work) => work(gathering.transport).finally(() => gathering.leave())),
  );
  const results = ended.map((end) => {
    if (end.status === 'fulfilled') return end.value;
    if (end.reason instanceof Unsent) return undefined;
    throw end.reason;
  });
  return { results, ...(gathering.lost ? { lost: gathering.lost } : {}) };
}

class Gathering {
  readonly transport: Transport;
  lost: Lesson | undefined;
  readonly #bulk: Bulk;
  #atWork: number;
  readonly #waiting: Waiting[] = [];
  #reads: Promise<unknown> = Promise.resolve();

  constructor(bulk: Bulk, atWork: number) {
    this.#bulk = bulk;
    this.#atWork = atWork;
    this.transport = {
      ...bulk.transport,
      send: (method, path, request) =>
        method === 'GET' || !isAddressable(path)
          ? this.#alone(() => bulk.transport.send(method, path, request))
          : new Promise((answer, reject) => {
              this.#waiting.push({ method, path, request, answer, leaveOut: () => reject(new Unsent()) });
              this.#leaveWhenAllWait();
            }),
    };
  }

  /** One of them is through. */
  leave(): void {
    this.#atWork -= 1;
    this.#leaveWhenAllWait();
  }

  /** One after the other: together they are one request to the server. */
  #alone(send: () => Promise<Answer>): Promise<Answer> {
    const answer = this.#reads.then(send);
    this.#reads = answer.catch(() => undefined);
    return answer;
  }

  #leaveWhenAllWait(): void {
    if (this.#waiting.length > 0 && this.#waiting.length === this.#atWork) void this.#send(this.#waiting.splice(0));
  }

  async #send(all: readonly Waiting[]): Promise<void> {
    const { bulkOperations = 1, bulkBytes = 0 } = this.#bulk.capabilities;
    const left = packed(all, { operations: bulkOperations, bytes: bulkBytes });
    for (let few = left.shift(); few; few = left.shift()) {
      const goesOn = few.length === 1 ? await this.#sendAlone(few) : await this.#sendTogether(few);
      if (!goesOn) for (const waiting of left.splice(0).flat()) waiting.leaveOut();
    }
  }

  async #sendAlone([only]: readonly Waiting[]): Promise<boolean> {
    if (only) only.answer(await this.#bulk.transport.send(only.method, only.path, only.request));
    return true;
  }

  /** @returns whether others are to follow */
  async #sendTogether(few: readonly Waiting[]): Promise<boolean> {
    const operations = few.map(operationOf);
    const secrets = few.flatMap(({ request }) => [...passwordsIn(request.body), ...(request.secrets ?? [])]);
    const body = bulkRequest(operations);
    const answer = await this.#bulk.transport.send('POST', ['Bulk'], { body, secrets, timeoutMs });
    if (!answer.ok) return this.#refused(few, answer);
    const json = parseJson(answer.response.body);
    const parts = readBulkResponse(json, operations);
    const told = parts?.filter((part) => part !== undefined).length ?? 0;
    if (told < few.length) {
      const text = `${answer.place} answered without telling what became of ${few.length - told} of ${few.length} operations`;
      const lesson = { status: answer.response.status, text };
      // What is no JSON is of somebody in between, and may pass.
      if (json === undefined) this.lost = lesson;
      else await this.#bulk.learn({ bulkUse: 'off' }, lesson);
    }
    const untold = untoldBy(answer, few.length, parts ? '' : answer.response.body);
    for (const [index, waiting] of few.entries()) {
      const part = parts?.[index];
      const said = part ? this.#saidOf(waiting, part, answer) : untold;
      waiting.answer(withOwnExchange(said, few, index));
    }
    return true;
  }

  /** The request was refused as a whole, or there is no answer to it. @returns whether others are to follow */
  async #refused(few: readonly Waiting[], answer: Extract<Answer, { ok: false }>): Promise<boolean> {
    const { failure } = answer;
    const meaning = meaningOf(failure);
    if (meaning === 'too many' || meaning === 'not taken') {
      const fewer = meaning === 'too many' ? fewerThan(few.length, failure.limit) : 1;
      await this.#bulk.learn(fewer > 1 ? { bulkOperations: fewer } : { bulkUse: 'off' }, lessonOf(failure));
      for (const waiting of few) waiting.leaveOut();
      return false;
    }
    if (meaning === 'unknown' && failure.retryAfterMs === undefined) this.lost = lessonOf(failure);
    // What is said of now is said to one; the others were not sent, as they would not be after an answer of their own.
    const told = meaning === 'later' ? few.slice(0, 1) : few;
    const shared = { ...answer, failure: { ...failure, asOne: crypto.randomUUID() } };
    for (const [index, waiting] of told.entries()) waiting.answer(withOwnExchange(shared, few, index));
    for (const waiting of few.slice(told.length)) waiting.leaveOut();
    return false;
  }

  /** Its part of the answer, as if it were an answer of its own. */
  #saidOf({ method, path }: Waiting, part: BulkPart, { response, exchange, redact }: Told): Answer {
    return judgeAnswer({
      facts: { method, place: placeOf(`${this.transport.baseUrl}${addressOf(path)}`), collection: path.length === 1 },
      response: {
        status: part.status,
        headers: headersOf(part, response.headers),
        body: part.response === undefined || part.response === null ? '' : JSON.stringify(part.response),
        durationMs: response.durationMs,
      },
      exchange: { ...exchange, status: part.status, responseBody: redact(JSON.stringify(bulkResponse(part))) },
      redact,
      now: this.transport.now(),
    });
  }
}

type Told = Extract<Answer, { ok: true }>;

/** It may have been carried out, or not. @param body what was said instead, where that is about nobody */
function untoldBy({ response, exchange, redact }: Told, count: number, body: string): Answer {
  const failure: ScimFailure = {
    kind: 'unknown_outcome',
    status: response.status,
    detail: `The answer to a request of ${count} operations does not tell what became of this one`,
    asOne: crypto.randomUUID(),
  };
  const responseBody = redact(body).slice(0, mostOfWhole);
  return { ok: false, failure, exchange: { ...exchange, responseBody }, scimError: false, redact };
}

/** With what was sent of this one alone: the others are other people. */
function withOwnExchange(answer: Answer, few: readonly Waiting[], index: number): Answer {
  const own = few.slice(index, index + 1).map((waiting) => operationOf(waiting, index));
  const requestBody = answer.redact(JSON.stringify(bulkRequest(own)));
  return { ...answer, exchange: { ...answer.exchange, requestBody, together: few.length } };
}

/** Of an answer that tells nothing, so much is kept, in characters. */
const mostOfWhole = 2_000;

/** As many as the server says that it takes, or half. */
function fewerThan(count: number, limit: number | undefined): number {
  return limit !== undefined && limit < count ? limit : Math.floor(count / 2);
}

/** What its own answer would say in headers. */
function headersOf({ location, version }: BulkPart, whole: Readonly<Record<string, string>>): Record<string, string> {
  const kept = ['retry-after', 'date'].flatMap((name) => {
    const value = whole[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(kept),
    ...(location === undefined ? {} : { location }),
    ...(version === undefined ? {} : { etag: version }),
  };
}

function operationOf({ method, path, request }: Waiting, index: number): BulkOperation {
  return {
    method,
    bulkId: String(index + 1),
    path: addressOf(path),
    ...(request.ifMatch === undefined ? {} : { version: request.ifMatch }),
    ...(request.body === undefined ? {} : { data: request.body }),
  };
}

/** By how many go with one request: no more operations, and no more bytes (UTF-8). */
function packed(all: readonly Waiting[], limits: { operations: number; bytes: number }): Waiting[][] {
  const packs: { few: Waiting[]; bytes: number }[] = [];
  const empty = byteLength(bulkRequest([]));
  for (const [index, waiting] of all.entries()) {
    const bytes = byteLength(operationOf(waiting, index)) + 1;
    const last = packs.at(-1);
    if (last && last.few.length < limits.operations && last.bytes + bytes <= limits.bytes) {
      last.few.push(waiting);
      last.bytes += bytes;
    } else packs.push({ few: [waiting], bytes: empty + bytes });
  }
  return packs.map(({ few }) => few);
}

const byteLength = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

/** What the refusal of several at once says: of how many they are, of requests of several, of now, or of nothing that is certain. */
function meaningOf({ kind, status = 0, cause }: ScimFailure): 'too many' | 'not taken' | 'later' | 'unknown' {
  if (kind === 'rate_limited' || kind === 'unauthorized' || kind === 'network') return 'later';
  if (kind === 'unknown_outcome') return 'unknown';
  if (kind === 'too_many') return cause === undefined ? 'too many' : 'unknown';
  const isRefused = (status >= 400 && status < 500 && status !== 408) || status === 501;
  return isRefused ? 'not taken' : 'unknown';
}
