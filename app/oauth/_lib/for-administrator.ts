import { randomBytes } from 'node:crypto';
import type { CurrentSession } from '@/lib/auth/find-session';
import { authorize } from '@/lib/auth/session';
import { AppError } from '@/lib/core/errors';
import { statusOf } from '@/lib/core/failure';
import { messagePage } from '@/lib/core/message-page';
import { statusForOnlyLooking } from '@/lib/core/only-looks';

/** Who may connect an application. */
const permission = 'integration.write';

/** A way out of the page of a refusal, and what is done; it answers where the browser goes on. */
interface Step {
  back: string;
  run: (session: CurrentSession) => Promise<string>;
}

/**
 * One step of connecting an application, to which a browser comes by itself: done for an administrator, and sent on to where it answers.
 * What is refused becomes a page that says what happened and what to do.
 */
export function forAdministrator<Params>(stepOf: (request: Request, params: Params) => Step) {
  const route = async (request: Request, { params }: { params: Promise<Params> }): Promise<Response> =>
    answer(request, stepOf(request, await params));
  return Object.assign(route, { permission } as const);
}

async function answer(request: Request, { back, run }: Step): Promise<Response> {
  const onlyLooking = statusForOnlyLooking(request.method, (name) => request.headers.get(name));
  if (onlyLooking) return new Response(null, { status: onlyLooking, headers: { 'cache-control': 'no-store' } });
  try {
    const location = await run(await authorize(permission));
    const headers = { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };
    return new Response(null, { status: 303, headers });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, message } = error;
    const signedOut = code === 'unauthenticated';
    const { html, ...init } = messagePage({
      status: statusOf(code),
      title: 'The application was not connected',
      message,
      hint: signedOut
        ? 'Sign in, and connect again: an answer is taken from the session alone that asked.'
        : error.hint,
      code,
      links: [{ href: back, label: signedOut ? 'Sign in' : 'Go back to Latchkey' }],
      nonce: randomBytes(16).toString('base64'),
    });
    return new Response(html, init);
  }
}
