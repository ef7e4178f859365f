import NextAuth from 'next-auth';
import { type Failure, retryAfterOf, statusOf } from '@/lib/core/failure';
import { assertNotHeldUp } from '@/lib/directory/check-password';
import { readBrowserCookie, sendBrowserCookie } from './browser-cookie';
import { publicOrigin } from './cookies';
import { toFailure } from './failure';
import { authOptions, type SignInOutcome } from './next-auth';
import { clientAddressOf } from './request-info';

/**
 * Next-auth's routes. A sign-in that is refused gets the status and the headers that say so, which next-auth cannot give
 * (it knows 401 alone): 429 with Retry-After for what is held up. One that succeeded leaves the browser's cookie.
 * @param context with the path's segments, as Next hands it over
 */
export async function answerNextAuth(request: Request, context: unknown): Promise<Response> {
  const outcome: SignInOutcome = {};
  if (isSignIn(request) && !(await readBrowserCookie())) {
    try {
      assertNotHeldUp(clientAddressOf(request.headers));
    } catch (error) {
      return refuse(toFailure(error));
    }
  }
  // Built per request, because the environment is not there yet while the product is being built.
  const response: Response = await NextAuth(await authOptions(outcome))(request, context);
  if (outcome.refusal) return refuse(outcome.refusal);
  if (outcome.browserCookie) await sendBrowserCookie(outcome.browserCookie);
  return response;
}

function isSignIn(request: Request): boolean {
  return request.method === 'POST' && new URL(request.url).pathname.endsWith('/callback/credentials');
}

/** `url` is where next-auth's own script looks for what to say. */
function refuse(failure: Failure): Response {
  const said = [failure.message, failure.hint].filter(Boolean).join(' ');
  const seconds = retryAfterOf(failure);
  return Response.json(
    { ...failure, url: `${publicOrigin()}/sign-in?${new URLSearchParams({ error: said })}` },
    {
      status: statusOf(failure.code),
      headers: { 'cache-control': 'no-store', ...(seconds === undefined ? {} : { 'retry-after': String(seconds) }) },
    },
  );
}
