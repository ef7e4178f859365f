import type { HttpClient, HttpResponse } from '@/lib/http/client';
import { HttpError } from '@/lib/http/errors';
import type { Authenticator, Credentials } from '@/lib/scim/credentials';
import { isScimError } from '@/lib/scim/error-body';
import type { ScimExchange } from '@/lib/scim/exchange';
import { failureFromError, failureFromResponse, type RequestFacts, type ScimFailure } from '@/lib/scim/failure';
import { parseJson, readCount } from '@/lib/scim/json';
import { type Lesson, lessonOf } from '@/lib/scim/lesson';
import type { ScimResource } from '@/lib/scim/path';
import type { ServerProfile } from '@/lib/scim/profile';
import { createRedactor, passwordsIn, type Redact } from '@/lib/scim/redact';

export interface RequestOptions {
  signal?: AbortSignal;
  /** From the call to the last byte. Default: that of the HTTP client, 15,000. */
  timeoutMs?: number;
  /** Version that the resource must have (RFC 7644 §3.14); see `meta.version`. */
  ifMatch?: string;
  /** Values in it that are shown to nobody: kept in no exchange, whoever repeats them. Passwords need not be named. */
  secrets?: readonly string[];
}

export interface SendOptions extends RequestOptions {
  body?: ScimResource;
  query?: Record<string, string | number | undefined>;
}

/**
 * An answer with a 2xx status, or a failure; `scimError` tells whether a SCIM server is who refused, `redact` takes out of texts what was secret in
 * the request.
 */
export type Answer =
  | { ok: true; response: HttpResponse; exchange: ScimExchange; place: string; redact: Redact }
  | { ok: false; failure: ScimFailure; exchange: ScimExchange; scimError: boolean; redact: Redact };

export interface Transport {
  /** Without a trailing slash. */
  baseUrl: string;
  /** Real time. */
  now: () => Date;
  send(method: ScimExchange['method'], path: readonly string[], options: SendOptions): Promise<Answer>;
}

/** What every request passes before it leaves. */
export interface Gate {
  /** Waits for the turn of a request. @returns for how many milliseconds it must not leave all the same; 0: it leaves */
  turn(): Promise<number>;
  /** The server has asked for a rest, by Retry-After. */
  rest(ms: number): Promise<void>;
}

interface TransportOptions {
  baseUrl: string;
  authenticator: Authenticator;
  http: HttpClient;
  now: () => Date;
  gate?: Gate | undefined;
  /** What bodies are said to be; `application/scim+json` unless told. */
  contentType?: ServerProfile['contentType'] | undefined;
  /** Told what a refusal has taught: what bodies have to be, how many requests a minute there may be. */
  learn: (taught: Partial<ServerProfile>, lesson: Lesson) => Promise<void>;
}

const scimType = 'application/scim+json';

/** Of a long token it takes a while to make one: once for as long as the token is used, not for each client. */
const redactors = new WeakMap<Credentials, Redact>();

function redactorOf(credentials: Credentials): Redact {
  const known = redactors.get(credentials);
  if (known) return known;
  const made = createRedactor(credentials.secrets);
  redactors.set(credentials, made);
  return made;
}

/** Sends SCIM requests and judges what comes back, without knowing what they are about. */
export function createTransport(options: TransportOptions): Transport {
  const { http, authenticator, now, learn, gate } = options;
  const { base, suffix } = splitBase(options.baseUrl);
  // Some servers know application/json only; learned from the first 415 (RFC 7644 §3.1 wants scim+json).
  let contentType: ServerProfile['contentType'] = options.contentType ?? scimType;

  /**
   * With credentials that are asked for now. Refused ones are replaced once, where there are others to be had; and again where those were
   * not new, but what another process had been given.
   */
  async function sendAuthenticated(
    method: ScimExchange['method'],
    url: string,
    facts: RequestFacts,
    request: SendOptions,
  ): Promise<Answer> {
    const issued = await authenticator.credentials();
    if (!issued.ok) return unsent(method, url, issued.failure);
    const answer = await sendOnce(method, url, facts, request, issued.credentials);
    if (!isRefused(answer)) return answer;
    if (!authenticator.renew(issued.credentials)) return withHint(answer);
    const renewed = await authenticator.credentials();
    if (!renewed.ok) return { ...answer, failure: renewed.failure };
    if (renewed.credentials.isKept) return sendAuthenticated(method, url, facts, request);
    return withHint(await sendOnce(method, url, facts, request, renewed.credentials));
  }

  /** Of a refusal of credentials, as their kind says. */
  function withHint(answer: Answer): Answer {
    const { hint } = authenticator;
    if (!isRefused(answer) || hint === undefined) return answer;
    return { ...answer, failure: { ...answer.failure, hint } };
  }

  async function sendOnce(
    method: ScimExchange['method'],
    url: string,
    facts: RequestFacts,
    { body, signal, timeoutMs, ifMatch, secrets }: SendOptions,
    credentials: Credentials,
  ): Promise<Answer> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const redact = redactorFor(credentials, [...passwordsIn(body), ...(secrets ?? [])]);
    const exchange: ScimExchange = {
      method,
      url: redact(url),
      durationMs: 0,
      ...(text === undefined ? {} : { requestBody: redact(text) }),
    };
    const restsMs = await gate?.turn();
    if (restsMs) return unsent(method, exchange.url, resting(restsMs));
    const started = performance.now();
    try {
      const response = await http.request({
        url,
        method,
        headers: {
          accept: `${scimType}, application/json`,
          'user-agent': 'Latchkey',
          ...(text === undefined ? {} : { 'content-type': contentType }),
          ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
          ...credentials.headers,
        },
        ...(text === undefined ? {} : { body: text }),
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
        ...(signal === undefined ? {} : { signal }),
      });
      const { durationMs, status } = response;
      const full = { ...exchange, durationMs, status, responseBody: redact(response.body) };
      const answer = judgeAnswer({ facts, response, exchange: full, redact, now: now() });
      // Before anything else is made of it: what others of this application are about to send must not leave.
      if (!answer.ok && answer.failure.retryAfterMs) await gate?.rest(answer.failure.retryAfterMs);
      return answer;
    } catch (error) {
      const failure = clean(failureFromError(facts, error), redact);
      const durationMs = Math.round(performance.now() - started);
      const status = error instanceof HttpError && error.status !== undefined ? { status: error.status } : {};
      return {
        ok: false,
        failure,
        exchange: { ...exchange, ...status, durationMs, error: failure.detail },
        scimError: false,
        redact,
      };
    }
  }

  /** Besides the connection's own secrets, those that are being sent: servers say what is wrong with a password. */
  function redactorFor(credentials: Credentials, sent: readonly string[]): Redact {
    const redactOwn = redactorOf(credentials);
    if (sent.length === 0) return redactOwn;
    const redactSent = createRedactor(sent);
    return (text) => redactSent(redactOwn(text));
  }

  return {
    baseUrl: base,
    now,
    async send(method, path, request) {
      const url = `${base}${addressOf(path)}${queryString(request.query, suffix)}`;
      if (!isAddressable(path)) {
        const detail = `“${path.join('/')}” cannot be addressed: not a usable id`;
        return unsent(method, url, { kind: 'invalid', detail });
      }
      const facts = { method, place: placeOf(url), collection: path.length === 1 };
      const answer = await sendAuthenticated(method, url, facts, request);
      if (answer.ok) return answer;
      if (answer.failure.rate !== undefined) await learn({ rate: answer.failure.rate }, lessonOf(answer.failure));
      if (answer.failure.status === 415 && contentType === scimType && request.body !== undefined) {
        contentType = 'application/json';
        const again = await sendAuthenticated(method, url, facts, request);
        if (again.ok) await learn({ contentType }, lessonOf(answer.failure));
        return again;
      }
      return answer;
    },
  };
}

/** What a server answered to one request. */
interface Judged {
  facts: RequestFacts;
  response: HttpResponse;
  exchange: ScimExchange;
  /** Takes secrets out of what is told. */
  redact: Redact;
  now: Date;
}

/** A success, or what kind of failure it is; an error that is sent as a success is an error. */
export function judgeAnswer({ facts, response, exchange, redact, now }: Judged): Answer {
  const json = parseJson(response.body);
  const scimError = isScimError(json);
  const succeeded = response.status >= 200 && response.status < 300;
  if (succeeded && !scimError) return { ok: true, response, exchange, place: facts.place, redact };
  const status = succeeded && scimError ? (readCount(json.status) ?? 400) : response.status;
  // Of the redacted body: what is told is cut, and half of a secret would not be found any more.
  const told = { ...response, body: redact(response.body) };
  const failure = clean(failureFromResponse(facts, told, now, status), redact);
  return { ok: false, failure, exchange, scimError, redact };
}

const clean = (failure: ScimFailure, redact: Redact): ScimFailure => ({ ...failure, detail: redact(failure.detail) });

/** Whether there is such an address: no segment of it is empty, or leads elsewhere. */
export function isAddressable(path: readonly string[]): boolean {
  return !path.some((segment) => segment === '' || segment === '.' || segment === '..');
}

/** Below the base URL. */
export function addressOf(path: readonly string[]): string {
  return `/${path.map(encodeURIComponent).join('/')}`;
}

function isRefused(answer: Answer): answer is Extract<Answer, { ok: false }> {
  return !answer.ok && answer.failure.kind === 'unauthorized';
}

/** Nothing left: no credentials were to be had, or there is no such address. */
function unsent(method: ScimExchange['method'], url: string, failure: ScimFailure): Answer {
  const exchange = { method, url, durationMs: 0, error: failure.detail };
  return { ok: false, failure, exchange, scimError: false, redact: createRedactor([]) };
}

function resting(ms: number): ScimFailure {
  const detail = `Nothing was sent: the server has asked to be left alone for another ${Math.ceil(ms / 1_000)} s (Retry-After)`;
  return { kind: 'rate_limited', detail, retryAfterMs: ms };
}

/** A query in the base URL (feature flags of some vendors) goes with every request. */
function splitBase(text: string): { base: string; suffix: string } {
  const [withoutHash = ''] = text.trim().split('#');
  const [base = '', ...query] = withoutHash.split('?');
  return { base: base.replace(/\/+$/, ''), suffix: query.join('?') };
}

/** Percent-encoded throughout: a `+` for a blank is not understood by every server. */
function queryString(query: SendOptions['query'], suffix: string): string {
  const own = Object.entries(query ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  const all = suffix === '' ? own : [suffix, ...own];
  return all.length === 0 ? '' : `?${all.join('&')}`;
}

/** Host and path, for messages. */
export function placeOf(url: string): string {
  return (url.split('?')[0] ?? url).replace(/^https?:\/\//, '');
}
