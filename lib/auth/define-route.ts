import { z } from 'zod';
import { AppError } from '@/lib/core/errors';
import { statusOf } from '@/lib/core/failure';
import { publicOrigin } from '@/lib/core/origin';
import { readRequestText } from '@/lib/core/request-body';
import type { Actor } from '@/lib/events/actor';
import { toFailure } from './failure';
import type { CurrentSession } from './find-session';
import type { PermissionName } from './permissions';
import { isSameOrigin } from './request-info';
import { authorize } from './session';

/** What Next hands to a route handler beside the request. */
interface Segment {
  params: Promise<Record<string, string | string[]>>;
}

export interface RouteInput<Params, Query, Body> {
  params: Params;
  query: Query;
  body: Body;
  actor: Actor;
  session: CurrentSession;
  request: Request;
}

/** A route handler with the permission that it asks for, so that tests can iterate all of them. */
export type Route = ((request: Request, segment: Segment) => Promise<Response>) & { permission: PermissionName };

const nothing = z.unknown();
const readingMethods = ['GET', 'HEAD'];

/**
 * Makes a route handler: same origin (where it writes), permission, parse, one domain call.
 * `export const GET = defineRoute({permission: 'events.read', query: z.object({…})}, async ({query}) => …)`.
 * What `run` returns is sent as JSON, unless it is a Response. `query` gets repeated parameters as arrays. With `body`,
 * the request's JSON is parsed by it; without, `request` is untouched (uploads). `live`: a page asks for it by itself, so
 * that it keeps no session open. Refusals are JSON like an action's.
 */
export function defineRoute<
  Params extends z.ZodType = z.ZodUnknown,
  Query extends z.ZodType = z.ZodUnknown,
  Body extends z.ZodType = z.ZodUnknown,
>(
  options: { permission: PermissionName; params?: Params; query?: Query; body?: Body; live?: boolean },
  run: (input: RouteInput<z.output<Params>, z.output<Query>, z.output<Body>>) => Promise<unknown>,
): Route {
  const route = async (request: Request, segment: Segment): Promise<Response> => {
    try {
      if (!readingMethods.includes(request.method)) assertSameOrigin(request);
      const session = await authorize(options.permission, options.live);
      const result = await run({
        params: (options.params ?? nothing).parse(await segment.params) as z.output<Params>,
        query: (options.query ?? nothing).parse(readQuery(request.url)) as z.output<Query>,
        body: (options.body ? options.body.parse(await readJson(request)) : undefined) as z.output<Body>,
        actor: session.actor,
        session,
        request,
      });
      if (result instanceof Response) return result;
      return Response.json(result ?? null, { headers: { 'cache-control': 'no-store' } });
    } catch (error) {
      const failure = toFailure(error);
      return Response.json(failure, { status: statusOf(failure.code), headers: { 'cache-control': 'no-store' } });
    }
  };
  return Object.assign(route, { permission: options.permission });
}

/** @throws AppError `forbidden` when a page of another site sent the request */
function assertSameOrigin(request: Request): void {
  if (isSameOrigin(request.headers, publicOrigin())) return;
  throw new AppError('forbidden', 'This request came from another site.', {
    hint: 'Open Latchkey at its own address and try there.',
  });
}

function readQuery(url: string): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = {};
  const { searchParams } = new URL(url);
  for (const key of new Set(searchParams.keys())) {
    const values = searchParams.getAll(key);
    query[key] = values.length > 1 ? values : (values[0] ?? '');
  }
  return query;
}

async function readJson(request: Request): Promise<unknown> {
  const text = await readRequestText(request);
  try {
    return JSON.parse(text);
  } catch {
    throw new AppError('invalid_input', 'The request is not valid JSON.');
  }
}
