import { allows } from '@/lib/auth/permissions';
import { AppError, type ErrorCode } from '@/lib/core/errors';
import { describeFailure, retryAfterOf } from '@/lib/core/failure';
import { RateLimiter, type RateState } from '@/lib/core/rate-limit';
import { Turns, thirdOfPool } from '@/lib/core/turns';
import type { KeptAnswer } from '@/lib/db/kept-answer';
import type { Actor } from '@/lib/events/actor';
import { recordRefusal } from '@/lib/events/record';
import { refreshDemoClock } from '@/lib/installation/demo-clock';
import { authenticateToken, TokenNotAccepted, type TokenSession } from '@/lib/tokens/authenticate-token';
import { findApplicationId } from './internal/find-application-id';
import { type Answer, once, onceByItself } from './internal/idempotency';
import { etagOf, requireMatch } from './internal/preconditions';
import { parseStrictly, readBody, readQuery } from './internal/read-request';
import { createRouter } from './internal/router';
import type { Operation } from './operation';
import { operations } from './operations';
import { toProblem } from './problem';

/** Where the API begins. */
export const apiPrefix = '/api/v1';

export interface ApiOptions {
  /** The console's address, as people type it. */
  origin: string;
  clientAddress: string | null;
}

const match = createRouter(operations);
/** Of a change with `If-Match: *`: each time that one loses, another one is done. */
const mostAttempts = 20;
const limiter = new RateLimiter();
/** One token's requests at once: what it asks for may take seconds, and others are to be answered meanwhile. */
const turnsOf = new Map<string, Turns>();
/** A request that takes longer to arrive, in milliseconds, is asked for its token again: it may have been revoked. */
const slowMs = 1_000;

/**
 * Answers a request to the HTTP API: token, limit, permission, what was sent, one domain call. Never throws: refusals are
 * application/problem+json (RFC 9457).
 */
export async function handleApi(request: Request, options: ApiOptions): Promise<Response> {
  const headers: Record<string, string> = { 'cache-control': 'no-store' };
  try {
    await refreshDemoClock();
    const session = await authenticate(request, options);
    const rate = limiter.take(session.tokenId, session.requestsPerMinute);
    Object.assign(headers, rateHeaders(rate));
    if (!rate.allowed) throw tooMany(rate);
    const { pathname, search } = new URL(request.url);
    // Behind a proxy, the request's own origin is not the one that is typed.
    const url = new URL(`${options.origin}${pathname}${search}`);
    // The server sends the answer of a HEAD without its body.
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const { operation, params } = find(method, pathname.slice(apiPrefix.length), headers);
    await assertAllowed(session, operation);
    const answer = await perform(operation, params, url, request, session, options);
    return toResponse(answer, operation, headers);
  } catch (error) {
    const failure = describeFailure(error);
    const problem = toProblem(failure, options.origin);
    const seconds = retryAfterOf(failure);
    if (seconds !== undefined) headers['retry-after'] = String(seconds);
    if (problem.status === 401) headers['www-authenticate'] = 'Bearer realm="Latchkey"';
    return new Response(JSON.stringify(problem), {
      status: problem.status,
      headers: { ...headers, 'content-type': 'application/problem+json' },
    });
  }
}

/** @throws AppError; of a token whose maker may not do as much now, recorded as access_refused */
async function authenticate(request: Request, { clientAddress }: ApiOptions): Promise<TokenSession> {
  try {
    return await authenticateToken(request.headers.get('authorization'), clientAddress);
  } catch (error) {
    if (error instanceof TokenNotAccepted) await recordAccessRefused(error.actor, error.code, error.message);
    throw error;
  }
}

function find(method: string, path: string, headers: Record<string, string>) {
  const found = match(method, path);
  if (found.kind === 'found') return found;
  if (found.kind === 'method') {
    headers.allow = found.allowed.join(', ');
    throw new AppError('method_not_allowed', `${method} is not possible here.`, {
      hint: `Possible: ${headers.allow}.`,
    });
  }
  throw new AppError('not_found', 'The API has nothing at this path.', {
    hint: `What there is stands in ${apiPrefix}/openapi.json.`,
  });
}

function rateHeaders(rate: RateState): Record<string, string> {
  return {
    'ratelimit-limit': String(rate.limit),
    'ratelimit-remaining': String(rate.remaining),
    'ratelimit-reset': String(rate.resetSeconds),
  };
}

function tooMany(rate: RateState): AppError {
  return new AppError('rate_limited', `This token may send ${rate.limit} requests a minute.`, {
    hint: `Wait ${rate.resetSeconds} s.`,
    details: { retryAfterSeconds: rate.resetSeconds },
  });
}

/** @throws AppError `forbidden`, recorded as access_refused */
async function assertAllowed(session: TokenSession, operation: Operation): Promise<void> {
  if (allows(session.role, operation.permission)) return;
  await recordAccessRefused(
    session.actor,
    'forbidden',
    `The role ${session.role} of the token does not include ${operation.permission}, which ${operation.id} takes.`,
  );
  throw new AppError('forbidden', `A token of the role ${session.role} may not do this.`, {
    hint: `It takes the permission ${operation.permission}.`,
  });
}

async function recordAccessRefused(actor: Actor, code: ErrorCode, message: string): Promise<void> {
  const target = { type: 'token' as const, id: actor.tokenId ?? '', name: actor.name };
  await recordRefusal({ name: 'access_refused', actor, code, message, target });
}

async function perform(
  operation: Operation,
  segments: Record<string, string>,
  url: URL,
  request: Request,
  session: TokenSession,
  options: ApiOptions,
): Promise<Answer> {
  const params = parseStrictly(operation.params, await withApplicationId(segments));
  const query = parseStrictly(operation.query, readQuery(url.searchParams));
  const started = performance.now();
  const { text, json } = await readBody(request);
  if (performance.now() - started > slowMs) {
    await authenticate(request, options);
  }
  const ifMatch = request.headers.get('if-match');
  const change = async (keep?: (answer: Answer) => KeptAnswer) => {
    const present = await operation.present?.(params);
    const version = present ? requireMatch(ifMatch, present.version) : 0;
    const sent = operation.method === 'PATCH' && present?.values ? patched(present.values, json) : json;
    const body = parseStrictly(operation.body, operation.earlier?.(sent) ?? sent);
    let kept: Answer | undefined;
    const keepResult = (made: (answer: Answer) => KeptAnswer) => (result: unknown) => {
      kept = toAnswer(operation, result, url);
      return made(kept);
    };
    const input = { params, query, body, version, actor: session.actor, role: session.role };
    const result = await operation.run({ ...input, keep: keep && keepResult(keep) });
    return kept ?? toAnswer(operation, result, url);
  };
  const run = () => (ifMatch?.trim() === '*' ? whateverIsThere(change) : change());
  const key = operation.idempotent ? request.headers.get('idempotency-key') : null;
  if (key === null) return turns(session).run(run);
  const sameRequest = { method: operation.method, path: url.pathname, body: text };
  const { answer, replayed } = await turns(session).run(() =>
    operation.keepsAnswer
      ? onceByItself(session.tokenId, key, sameRequest, change)
      : once(session.tokenId, key, sameRequest, run),
  );
  if (replayed) answer.headers['idempotency-replayed'] = 'true';
  return answer;
}

function turns({ tokenId }: TokenSession): Turns {
  const known = turnsOf.get(tokenId) ?? new Turns(thirdOfPool);
  turnsOf.set(tokenId, known);
  return known;
}

/** A change to be made whatever is there now begins again where somebody else was faster. */
async function whateverIsThere(change: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await change();
    } catch (error) {
      const isStale = error instanceof AppError && error.code === 'stale_version';
      if (!isStale || attempt >= mostAttempts) throw error;
    }
  }
}

/** An application may be named by its slug. */
async function withApplicationId(segments: Record<string, string>): Promise<Record<string, string>> {
  const { application, ...others } = segments;
  return application === undefined ? others : { ...others, application: await findApplicationId(application) };
}

/** Members that are sent replace those that are there, others stay (like RFC 7396, on the first level). */
function patched(values: Record<string, unknown>, sent: unknown): unknown {
  return sent !== null && typeof sent === 'object' && !Array.isArray(sent) ? { ...values, ...sent } : sent;
}

function toAnswer(operation: Operation, result: unknown, url: URL): Answer {
  if (!operation.answer) return { status: 204, headers: {}, body: undefined };
  const parsed = operation.answer.safeParse(result);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`${operation.id} answers what it does not declare: ${issue?.path.join('.')} ${issue?.message}`);
  }
  // As it goes over the wire, so that a kept answer is the same as the first one.
  const body: unknown = JSON.parse(JSON.stringify(parsed.data));
  const headers: Record<string, string> = {};
  const version = (body as { version?: unknown } | null)?.version;
  if (typeof version === 'number') headers.etag = etagOf(version);
  if (operation.location) {
    headers.location = `${url.origin}${apiPrefix}${operation.location(body as Record<string, unknown>)}`;
  }
  const next = (body as { nextCursor?: unknown } | null)?.nextCursor;
  if (typeof next === 'string') headers.link = nextLink(url, next);
  return { status: operation.status ?? 200, headers, body };
}

/** RFC 8288. */
function nextLink(url: URL, cursor: string): string {
  const next = new URL(url);
  next.searchParams.set('cursor', cursor);
  return `<${next}>; rel="next"`;
}

function toResponse(answer: Answer, operation: Operation, headers: Record<string, string>): Response {
  const all = { ...headers, ...answer.headers };
  if (answer.status === 204) return new Response(null, { status: 204, headers: all });
  const text = operation.mediaType ? String(answer.body) : JSON.stringify(answer.body);
  const type = operation.mediaType ?? 'application/json';
  return new Response(text, { status: answer.status, headers: { ...all, 'content-type': type } });
}
