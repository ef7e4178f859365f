import NextAuth from 'next-auth';
import { type Failure, retryAfterOf, statusOf } from '@/lib/core/failure';
import { publicOrigin } from '@/lib/core/origin';
import { sendBrowserCookie } from './browser-cookie';
import { authOptions, type SignInOutcome } from './next-auth';

/**
 * Next-auth's routes. A sign-in that is refused gets the status and the headers that say so, which next-auth cannot give
 * (it knows 401 alone): 429 with Retry-After for what is held up. One that succeeded leaves the browser's cookie.
 * @param context with the path's segments, as Next hands it over
 */
export async function answerNextAuth(request: Request, context: unknown): Promise<Response> {
  const outcome: SignInOutcome = {};
  // Built per request, because the environment is not there yet while the product is being built.
  const response: Response = await NextAuth(await authOptions(outcome))(request, context);
  if (outcome.refusal) return refuse(outcome.refusal);
  if (outcome.browserCookie) await sendBrowserCookie(outcome.browserCookie);
  return outcome.goesOnAt ? goOnAt(outcome.goesOnAt, response) : response;
}

/**
 * Signs out as our own button does: the browser goes on to the applications that it is signed in to, and keeps the cookie, which opens nothing any
 * more, until it comes back. @param answered by next-auth, which would send it to the sign-in: a redirect, or JSON where that was asked for
 */
export function goOnAt(path: string, answered: Response): Response {
  const url = `${publicOrigin()}${path}`;
  const headers = { 'cache-control': 'no-store' };
  if (!answered.headers.has('location')) return Response.json({ url }, { headers });
  return new Response(null, { status: 303, headers: { ...headers, location: url } });
}

/** As the web server words what it refuses itself (lib/web/refusal.ts). */
function refuse(refusal: Failure): Response {
  const { details: _, ...failure } = refusal;
  const seconds = retryAfterOf(refusal);
  const headers = { 'cache-control': 'no-store', ...(seconds ? { 'retry-after': String(seconds) } : {}) };
  return Response.json(failure, { status: statusOf(failure.code), headers });
}
