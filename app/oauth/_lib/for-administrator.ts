import { authorize, type CurrentSession } from '@/lib/auth/session';
import { AppError } from '@/lib/core/errors';
import { statusOf } from '@/lib/core/failure';
import { messageResponse } from '../../_lib/message-html';
import { answerToOnlyLooking } from '../../_lib/only-looks';

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
  const onlyLooking = answerToOnlyLooking(request);
  if (onlyLooking) return onlyLooking;
  try {
    const location = await run(await authorize(permission));
    const headers = { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };
    return new Response(null, { status: 303, headers });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, message } = error;
    const signedOut = code === 'unauthenticated';
    return messageResponse({
      status: statusOf(code),
      title: 'The application was not connected',
      message,
      hint: signedOut
        ? 'Sign in, and connect again: an answer is taken from the session alone that asked.'
        : error.hint,
      code,
      links: [{ href: back, label: signedOut ? 'Sign in' : 'Go back to Latchkey' }],
    });
  }
}
