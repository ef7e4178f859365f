import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { addressKey } from '@/lib/core/address-key';
import { RateLimiter } from '@/lib/core/rate-limit';
import { random128 } from '@/lib/crypto/random';
import { callerReader } from './caller';
import { checkForm } from './check-form';
import type { DatabaseWatch } from './database-watch';
import type { GuardedResponse } from './guarded-response';
import { note } from './notes';
import { announcedBytes, hasBody, receiveBody, tooLarge } from './receive-body';
import { answerRefusal, Refusal, unavailable } from './refusal';
import { isReadable, type Rule, ruleFor } from './rules';
import { pagePolicy, securityHeaders } from './security-headers';

export interface FrontOptions {
  /** The console's address, as people type it. */
  origin: string;
  /** Addresses and networks whose X-Forwarded headers count. */
  trustedProxies: readonly string[];
  /** Next's server for development behind it. */
  dev: boolean;
  /** Answers what was let in. */
  handler: (request: IncomingMessage, response: GuardedResponse) => Promise<void>;
  database: DatabaseWatch;
  /** The id of the session that a request carries, which we have given out, be it still good or not. */
  carriedSession: (request: IncomingMessage) => Promise<string | undefined>;
  /** What one session may send, or one address without: requests a minute. */
  requestsPerMinute: (who: 'session' | 'address') => number;
  /** Called for every request of an address that is refused because there were too many. */
  onLimited: (address: string) => void;
  /** What is refused whatever its body says. */
  refusalOf: (request: IncomingMessage, address: string) => Refusal | undefined;
}

interface Times {
  bodyMs: number;
  lingerMs: number;
  isClosing: () => boolean;
}

const maxHeaders = 100;

/** What becomes of one request, from its headers to the handler or to a refusal. */
export class Front {
  private readonly callerOf;
  private readonly answers = new WeakMap<Duplex, GuardedResponse>();
  private readonly strangers = new RateLimiter();
  private readonly sessions = new RateLimiter();

  constructor(
    private readonly options: FrontOptions,
    private readonly times: Times,
  ) {
    this.callerOf = callerReader(options.trustedProxies);
  }

  /** @param invite called before the body is read, for a caller that waits to be asked for it */
  async answer(request: IncomingMessage, response: GuardedResponse, invite?: () => void): Promise<void> {
    this.answers.set(request.socket, response);
    request.url = originForm(request.url ?? '/');
    const rule = ruleFor(pathOf(request.url));
    const nonce = random128('base64');
    this.guard(request, response, rule, nonce);
    try {
      checkHead(request, response, rule);
      if (request.method === 'OPTIONS') {
        response.writeHead(204, { allow: allowed(rule) }).end();
        return;
      }
      if (rule.needsDatabase && this.options.database.isAway) throw unavailable();
      const caller = this.callerOf(request.socket.remoteAddress, request.headers);
      note(request, caller, pagePolicy(nonce, this.options.dev));
      // Before the limit: what is refused by a look into memory uses nothing of it up.
      const refusal = this.options.refusalOf(request, caller.address);
      if (refusal) throw refusal;
      if (rule.isCounted) await this.limit(request, caller.address);
      const whole = await this.withBody(request, response, rule, caller.address, invite);
      // Gone meanwhile: nobody is left to be answered.
      if (request.socket.destroyed) return;
      if (rule.needsDatabase) this.watch(request, response, rule);
      await this.options.handler(whole, response);
    } catch (error) {
      this.refuse(request, response, rule, error);
    }
  }

  /** Whether a request came by this connection whose answer is not through. */
  owesAnswer(socket: Duplex): boolean {
    return this.answers.get(socket)?.writableFinished === false;
  }

  /** Whether half of an answer is on its way: nothing else can be said then. */
  hasBegunToAnswer(socket: Duplex): boolean {
    return this.owesAnswer(socket) && this.answers.get(socket)?.headersSent === true;
  }

  private guard(request: IncomingMessage, response: GuardedResponse, rule: Rule, nonce: string): void {
    const { database, origin } = this.options;
    response.guard = {
      defaults: (contentType) => ({
        ...securityHeaders(rule, contentType, nonce, this.options),
        ...(this.times.isClosing() ? { connection: 'close' } : {}),
      }),
      // A page goes on being watched: it would stay half there.
      onHead: () => rule.face === 'page' || database.remove(response),
      onFailure: async () => {
        if (!rule.needsDatabase || !(await database.ask())) return undefined;
        return (instead) => answerRefusal(request, instead, rule.face, unavailable(), origin);
      },
    };
  }

  /**
   * What costs something is counted, however it is answered: for each session, and without one for each address.
   * @throws Refusal `rate_limited`
   */
  private async limit(request: IncomingMessage, address: string): Promise<void> {
    const session = await this.options.carriedSession(request);
    const who = session === undefined ? 'address' : 'session';
    const limiter = who === 'address' ? this.strangers : this.sessions;
    const rate = limiter.take(session ?? addressKey(address), this.options.requestsPerMinute(who));
    if (rate.allowed) return;
    this.options.onLimited(address);
    throw new Refusal(
      'rate_limited',
      `There were too many requests of this ${who}: ${rate.limit} a minute are answered.`,
      {
        hint: `Wait ${rate.resetSeconds} s.`,
        headers: { 'retry-after': String(rate.resetSeconds) },
      },
    );
  }

  private async withBody(
    request: IncomingMessage,
    response: GuardedResponse,
    rule: Rule,
    caller: string,
    invite: (() => void) | undefined,
  ): Promise<IncomingMessage> {
    const isForm = rule.face === 'page';
    if (!hasBody(request)) {
      if (isForm) await checkForm(request, Buffer.alloc(0));
      return request;
    }
    const announced = announcedBytes(request);
    // Who sends it is asked only where it makes a difference.
    const asksForMore = rule.maxBytesSignedIn > rule.maxBytes && !(announced && announced <= rule.maxBytes);
    const more = asksForMore && (await this.options.carriedSession(request)) !== undefined;
    const maxBytes = more ? rule.maxBytesSignedIn : rule.maxBytes;
    const hint = asksForMore && !more ? 'Sign in, then send it again.' : 'Send less at once.';
    if (announced && announced > maxBytes) throw tooLarge(maxBytes, hint);
    invite?.();
    const received = await receiveBody(request, { maxBytes, hint, patienceMs: this.times.bodyMs, caller });
    response.once('close', received.release);
    if (isForm) await checkForm(request, received.body);
    return received.whole;
  }

  private watch(request: IncomingMessage, response: GuardedResponse, rule: Rule): void {
    const { database, origin } = this.options;
    database.add(response, () => {
      const isSaid = response.takeOver((instead) => answerRefusal(request, instead, rule.face, unavailable(), origin));
      // Half of a page is there: cut off, its script says that something went wrong, instead of waiting for the rest.
      if (!isSaid) response.destroy();
    });
    response.once('close', () => database.remove(response));
  }

  private refuse(request: IncomingMessage, response: GuardedResponse, rule: Rule, error: unknown): void {
    if (response.headersSent || request.socket.destroyed) {
      request.socket.destroy();
      return;
    }
    if (!(error instanceof Refusal)) {
      console.error(error);
      response.writeHead(500).end();
      return;
    }
    const isMoreToCome = hasBody(request) && !request.complete;
    // Also for a caller that would rather have it closed: it is, once the caller had the time to read why.
    if (isMoreToCome) response.setHeader('connection', 'keep-alive');
    answerRefusal(request, response, rule.face, error, this.options.origin);
    if (isMoreToCome) this.throwAway(request);
  }

  /** A caller that is still sending would not read the answer of a connection that is cut: what comes is not kept. */
  private throwAway(request: IncomingMessage): void {
    const { socket } = request;
    const timer = setTimeout(() => socket.destroy(), this.times.lingerMs);
    request.once('close', () => clearTimeout(timer)).resume();
  }
}

/** @throws Refusal `method_not_allowed`, `not_found`, or for too many headers or an address that means nothing */
function checkHead(request: IncomingMessage, response: GuardedResponse, rule: Rule): void {
  const { method = '', rawHeaders, url = '/' } = request;
  const path = pathOf(url);
  if (method !== 'OPTIONS' && !rule.methods.includes(method)) {
    response.setHeader('allow', allowed(rule));
    throw new Refusal('method_not_allowed', `${method} is not possible here.`, {
      hint: `Possible: ${allowed(rule)}.`,
    });
  }
  if (rawHeaders.length > maxHeaders * 2) {
    throw new Refusal('invalid_input', `The request has more than ${maxHeaders} headers.`, { status: 431 });
  }
  // Next fails at what it cannot decode, and PostgreSQL at a NUL.
  if (!isReadable(path) || url.includes('%00')) throw new Refusal('invalid_input', 'The address cannot be read.');
  // The page that Next shows when it fails has an address as well.
  if (path === '/_global-error') throw new Refusal('not_found', 'There is nothing at this address.');
}

function pathOf(url: string): string {
  const at = url.indexOf('?');
  return at === -1 ? url : url.slice(0, at);
}

function allowed(rule: Rule): string {
  return [...rule.methods, 'OPTIONS'].join(', ');
}

/** A caller that takes us for a proxy sends a whole address (RFC 9112, section 3.2.2): where it leads is here. */
function originForm(target: string): string {
  if (target.startsWith('/')) return target;
  const path = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*(.*)$/i.exec(target)?.[1];
  if (path === undefined) return '/';
  return path.startsWith('/') ? path : `/${path}`;
}
