import { type IncomingMessage, type OutgoingHttpHeaders, ServerResponse } from 'node:http';

export interface ResponseGuard {
  /** Headers that the answer gets where it has none of these names. @param contentType of the answer, where it has one */
  defaults: (contentType: unknown) => OutgoingHttpHeaders;
  /** Called once, when the answer begins. */
  onHead: () => unknown;
  /** Asked about an answer of 500, before any of it is sent. @returns what to say instead, undefined for nothing else */
  onFailure: () => Promise<Replacement | undefined>;
}

/** Writes another answer. */
export type Replacement = (response: ServerResponse) => void;

/** More of a failure's own page is not held back. */
const maxHeldBytes = 1024 * 1024;

/**
 * The answer that a handler writes, with somebody in between: it adds the headers that every answer has, holds an answer
 * of 500 back until it is known what it is about, and can be told to answer something else, after which what the
 * handler still writes goes nowhere.
 */
export class GuardedResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
  guard: ResponseGuard | undefined;
  private isTaken = false;
  private held: { head: unknown[]; chunks: Buffer[]; bytes: number } | undefined;

  /** Says something else in the handler's place. @returns false when the handler has begun to answer */
  takeOver(replacement: Replacement): boolean {
    if (this.isTaken || this.headersSent) return false;
    // What Next's compression has put before these would compress what is not said by Next.
    for (const name of ['write', 'end', 'writeHead', 'flushHeaders']) Reflect.deleteProperty(this, name);
    for (const name of this.getHeaderNames()) this.removeHeader(name);
    this.held = undefined;
    replacement(this);
    this.isTaken = true;
    return true;
  }

  override writeHead(...args: unknown[]): this {
    if (this.isTaken || this.held) return this;
    if (args[0] !== 500 || !this.guard) return this.sendHead(args);
    this.held = { head: args, chunks: [], bytes: 0 };
    return this;
  }

  override write(...args: unknown[]): boolean {
    if (this.isGone(args)) return true;
    if (this.held) return this.keep(args);
    return call(super.write, this, args) as boolean;
  }

  override end(...args: unknown[]): this {
    if (this.isGone(args)) return this;
    if (!this.held) return call(super.end, this, args) as this;
    this.keep(args);
    if (this.held) void this.decide();
    else super.end();
    return this;
  }

  override flushHeaders(): void {
    if (!this.isGone([]) && !this.held) super.flushHeaders();
  }

  // Once something else was said, the handler's headers are too late; they are no mistake of its own.
  override setHeader(...args: Parameters<ServerResponse['setHeader']>): this {
    return this.isTaken ? this : super.setHeader(...args);
  }

  override appendHeader(...args: Parameters<ServerResponse['appendHeader']>): this {
    return this.isTaken ? this : super.appendHeader(...args);
  }

  override removeHeader(name: string): void {
    if (!this.isTaken) super.removeHeader(name);
  }

  /** Begins to hold back what is a failure. @returns true when nobody hears the handler any more */
  private isGone(args: unknown[]): boolean {
    if (this.statusCode === 500 && !this.isTaken && !this.headersSent && !this.held) this.writeHead(500);
    if (this.isTaken) tell(args);
    return this.isTaken;
  }

  private sendHead(args: unknown[]): this {
    const guard = this.guard;
    if (guard) {
      guard.onHead();
      const given = args.at(-1);
      const named = new Map(
        Object.entries(given !== null && typeof given === 'object' ? given : {}).map(([name, value]) => [
          name.toLowerCase(),
          value,
        ]),
      );
      const defaults = guard.defaults(named.get('content-type') ?? this.getHeader('content-type'));
      for (const [name, value] of Object.entries(defaults)) {
        if (value !== undefined && !this.hasHeader(name) && !named.has(name)) this.setHeader(name, value);
      }
    }
    return call(super.writeHead, this, args) as this;
  }

  private keep(args: unknown[]): boolean {
    const [chunk, encoding] = args;
    if (this.held && (typeof chunk === 'string' || chunk instanceof Uint8Array)) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encodingOf(encoding)) : Buffer.from(chunk);
      this.held.chunks.push(bytes);
      this.held.bytes += bytes.length;
      if (this.held.bytes > maxHeldBytes) this.letGo();
    }
    tell(args);
    return true;
  }

  private async decide(): Promise<void> {
    const replacement = await this.guard?.onFailure();
    if (this.isTaken) return;
    if (replacement) {
      this.takeOver(replacement);
      return;
    }
    this.letGo();
    super.end();
  }

  private letGo(): void {
    const held = this.held;
    this.held = undefined;
    if (!held) return;
    this.sendHead(held.head);
    for (const chunk of held.chunks) super.write(chunk);
  }
}

/** Node's methods take their arguments in several forms, which are handed on as they came. */
function call(method: unknown, self: ServerResponse, args: unknown[]): unknown {
  return (method as (...given: unknown[]) => unknown).apply(self, args);
}

function encodingOf(value: unknown): BufferEncoding {
  return typeof value === 'string' ? (value as BufferEncoding) : 'utf8';
}

/** Tells whoever waits for a piece to be written that it may go on. */
function tell(args: unknown[]): void {
  const done = args.find((argument) => typeof argument === 'function') as (() => void) | undefined;
  if (done) setImmediate(done);
}
