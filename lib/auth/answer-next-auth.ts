import NextAuth from 'next-auth';
import { type Failure, retryAfterOf, statusOf } from '@/lib/core/failure';
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
  return response;
}

/** As the web server words what it refuses itself (lib/web/refusal.ts). */
function refuse(refusal: Failure): Response {
  const { details: _, ...failure } = refusal;
  const seconds = retryAfterOf(refusal);
  const headers = { 'cache-control': 'no-store', ...(seconds ? { 'retry-after': String(seconds) } : {}) };
  return Response.json(failure, { status: statusOf(failure.code), headers });
}
