import { IncomingMessage } from 'node:http';
import { MemoryBudget } from './memory-budget';
import { Refusal } from './refusal';

export interface BodyLimits {
  maxBytes: number;
  /** What to do about a body that is larger. */
  hint: string;
  /** Milliseconds from the headers to the last byte, however steadily it trickles. */
  patienceMs: number;
  /** The caller's address: one caller does not get all the memory there is. */
  caller: string;
}

const budget = new MemoryBudget();
const firstBytes = 4096;

/** Whether the headers announce a body (RFC 9112, section 6.3). */
export function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

/** Bytes that the headers announce; undefined for a body in chunks. */
export function announcedBytes({ headers }: IncomingMessage): number | undefined {
  const length = headers['content-length'];
  // Digits alone, or the parser would have refused it.
  return length === undefined ? undefined : Number(length);
}

/**
 * Takes a whole body in, before anybody begins to work for it: what is too large or too slow is refused without a byte
 * of it having been read by anything else.
 * @returns the body, the request again with it at hand, and what to call when it is no longer needed
 * @throws Refusal `body_too_large`, `request_timeout`, `unavailable` when too much is under way; Error when the caller went
 */
export async function receiveBody(
  request: IncomingMessage,
  limits: BodyLimits,
): Promise<{ body: Buffer; whole: IncomingMessage; release: () => void }> {
  const collected = new Collected(limits, announcedBytes(request));
  try {
    await arrival(request, limits.patienceMs, (chunk) => collected.add(chunk));
    const body = collected.bytes;
    return { body, whole: withBody(request, body), release: () => collected.release() };
  } catch (error) {
    collected.release();
    throw error;
  }
}

/** The body of a request that was taken in as a whole. */
export async function wholeBody(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

/** One piece of memory, whatever the pieces are that a body comes in: a chunk of one byte would cost a hundred. */
class Collected {
  private memory: Buffer = Buffer.alloc(0);
  private size = 0;

  constructor(
    private readonly limits: BodyLimits,
    private readonly announced: number | undefined,
  ) {}

  get bytes(): Buffer {
    return this.memory.subarray(0, this.size);
  }

  add(chunk: Buffer): void {
    const wanted = this.size + chunk.length;
    if (wanted > this.limits.maxBytes) throw tooLarge(this.limits.maxBytes, this.limits.hint);
    if (wanted > this.memory.length) this.grow(wanted);
    this.size += chunk.copy(this.memory, this.size);
  }

  release(): void {
    budget.resize(this.limits.caller, this.memory.length, 0);
    this.memory = Buffer.alloc(0);
  }

  /** By doubling, and only for what has come: a length that is announced costs nobody anything. */
  private grow(wanted: number): void {
    const most = Math.min(this.limits.maxBytes, this.announced ?? this.limits.maxBytes);
    const length = Math.max(wanted, Math.min(most, Math.max(this.memory.length * 2, firstBytes)));
    if (!budget.resize(this.limits.caller, this.memory.length, length)) throw tooMuch();
    const larger = Buffer.alloc(length);
    this.memory.copy(larger, 0, 0, this.size);
    this.memory = larger;
  }
}

function arrival(request: IncomingMessage, patienceMs: number, take: (chunk: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('close', onGone).off('error', onGone);
      settle();
    };
    const fail = (error: unknown) => {
      request.pause();
      end(() => reject(error));
    };
    const onData = (chunk: Buffer) => {
      try {
        take(chunk);
      } catch (error) {
        fail(error);
      }
    };
    const onEnd = () => end(resolve);
    const onGone = () => fail(new Error('The caller went before the body was there.'));
    const timer = setTimeout(() => fail(tooSlow(patienceMs)), patienceMs);
    request.on('data', onData).on('end', onEnd).on('close', onGone).on('error', onGone);
  });
}

function withBody(request: IncomingMessage, body: Buffer): IncomingMessage {
  const whole = new IncomingMessage(request.socket);
  const { httpVersion, httpVersionMajor, httpVersionMinor, method, url, headers, rawHeaders } = request;
  Object.assign(whole, { httpVersion, httpVersionMajor, httpVersionMinor, method, url, headers, rawHeaders });
  // The length is known now, and nothing is left to be taken apart.
  delete headers['transfer-encoding'];
  headers['content-length'] = String(body.length);
  whole.complete = true;
  if (body.length > 0) whole.push(body);
  whole.push(null);
  return whole;
}

/** @param hint what to do about it */
export function tooLarge(maxBytes: number, hint: string): Refusal {
  const most = maxBytes >= 1_048_576 ? `${maxBytes / 1_048_576} MiB` : `${maxBytes / 1024} KiB`;
  return new Refusal('body_too_large', `The request holds more than ${most}.`, {
    hint: `Nothing of it was read. ${hint}`,
  });
}

function tooSlow(patienceMs: number): Refusal {
  return new Refusal('request_timeout', `The request did not arrive within ${patienceMs / 1000} seconds.`, {
    hint: 'Nothing of it was read. Check the connection, then send it again.',
  });
}

function tooMuch(): Refusal {
  return new Refusal('unavailable', 'Too much is being sent to Latchkey at once.', {
    hint: 'Try again in a few seconds.',
    headers: { 'retry-after': '5' },
  });
}
