import { AppError } from '@/lib/core/errors';
import { describeFailure, retryAfterOf } from '@/lib/core/failure';
import { RateLimiter } from '@/lib/core/rate-limit';
import { Turns, thirdOfPool } from '@/lib/core/turns';
import { refreshDemoClock } from '@/lib/installation/demo-clock';
import { parseJson } from '@/lib/scim/json';
import { scimMediaType } from '@/lib/scim/server/names';
import { badRequest, errorBody, ScimError } from '@/lib/scim/server/scim-error';
import { authenticateSource, type SourceSession } from './authenticate-source';
import { asScimError } from './internal/refuse';
import { noteRefusal } from './note-refusal';
import { type Answer, answerOf } from './routes';
import { scimPrefix } from './schema';

export interface ScimOptions {
  /** The console's address, as people type it. */
  origin: string;
  clientAddress: string | null;
}

const limiter = new RateLimiter();
/** One source's requests at once: others are to be answered meanwhile. */
const turnsOf = new Map<string, Turns>();
const maxBytes = 2 * 1024 * 1024;

/**
 * Answers a request of another directory (RFC 7644): token, limit, one domain call. Never throws: refusals are SCIM's own
 * (§3.12), kept for the screen of the source.
 */
export async function handleScim(request: Request, options: ScimOptions): Promise<Response> {
  const headers: Record<string, string> = { 'cache-control': 'no-store', 'content-type': scimMediaType };
  let source: SourceSession | undefined;
  let body: unknown;
  const { pathname, searchParams } = new URL(request.url);
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  try {
    await refreshDemoClock();
    const agent = request.headers.get('user-agent');
    const session = await authenticateSource(request.headers.get('authorization'), {
      address: options.clientAddress,
      agent,
    });
    const rate = limiter.take(session.id, session.requestsPerMinute);
    if (!rate.allowed) {
      headers['retry-after'] = String(rate.resetSeconds);
      throw new ScimError(429, `This source may send ${rate.limit} requests a minute.`);
    }
    source = session;
    body = await readBody(request);
    const base = `${options.origin}${scimPrefix}`;
    const path = pathname.slice(scimPrefix.length).replace(/\/$/, '');
    const sent = { method, path, query: searchParams, body, ifMatch: request.headers.get('if-match'), base, maxBytes };
    return toResponse(await turns(session).run(() => answerOf(session, sent)), headers);
  } catch (thrown) {
    const error = toScimError(thrown, headers);
    // What is not there is asked for all the time, before it is created.
    if (source && !(error.status === 404 && method === 'GET')) {
      await noteRefusal(source.id, { method, path: pathname, body }, error).catch(() => undefined);
    }
    if (error.status === 401) headers['www-authenticate'] = 'Bearer realm="Latchkey"';
    return new Response(JSON.stringify(errorBody(error)), { status: error.status, headers });
  }
}

function toScimError(thrown: unknown, headers: Record<string, string>): ScimError {
  const error = asScimError(thrown);
  if (thrown instanceof AppError) {
    const seconds = retryAfterOf(thrown);
    if (seconds !== undefined) headers['retry-after'] = String(seconds);
  }
  if (error instanceof ScimError) return error;
  const { message, hint } = describeFailure(thrown);
  return new ScimError(500, [message, hint].filter(Boolean).join(' '));
}

function turns({ id }: SourceSession): Turns {
  const known = turnsOf.get(id) ?? new Turns(thirdOfPool);
  turnsOf.set(id, known);
  return known;
}

async function readBody(request: Request): Promise<unknown> {
  if (request.method === 'GET' || request.method === 'HEAD') return undefined;
  const text = await request.text();
  if (text.trim() === '') return undefined;
  const json = parseJson(text);
  if (json === undefined) throw badRequest('invalidSyntax', 'The body is no JSON.');
  return json;
}

function toResponse({ status, body, location, etag }: Answer, headers: Record<string, string>): Response {
  const all = { ...headers, ...(location ? { location } : {}), ...(etag ? { etag } : {}) };
  if (status === 204) {
    const bare = new Headers(all);
    bare.delete('content-type');
    return new Response(null, { status, headers: bare });
  }
  return new Response(JSON.stringify(body), { status, headers: all });
}
