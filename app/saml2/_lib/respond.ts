import { randomBytes } from 'node:crypto';
import { type CurrentSession, getSession, may } from '@/lib/auth/session';
import { AppError } from '@/lib/core/errors';
import { retryAfterOf } from '@/lib/core/failure';
import { links } from '@/lib/core/links';
import { SamlError } from '@/lib/saml/error';
import { postBindingPage } from '@/lib/saml/post-binding-page';
import type { Answer, SignedIn } from '@/lib/sso/ask';
import { startAgainAt } from '@/lib/sso/start-again';
import { explainRefusal } from '@/lib/sso/words-for-reader';
import { messageResponse } from '../../_lib/message-html';

/**
 * The signed-in person as the domain wants to know of them. Whoever has to choose a password first counts as not signed in:
 * the sign-in page leads them there, and back.
 */
export async function currentPerson(): Promise<{ session: CurrentSession | undefined; person: SignedIn | undefined }> {
  const session = await getSession();
  if (!session || session.mustChangePassword) return { session, person: undefined };
  const { sessionId, authenticatedAt, user, actor } = session;
  return { session, person: { sessionId, userId: user.id, authenticatedAt, actor } };
}

/** Sends the browser on. @param back path of this origin to come back to after signing in */
export function respond(answer: Answer, back: string): Response {
  if (answer.kind === 'redirect') return seeOther(answer.url);
  if (answer.kind === 'sign_in') {
    const query = new URLSearchParams({ callbackUrl: back });
    if (answer.prompt) query.set('prompt', 'login');
    if (answer.identifier) query.set('identifier', answer.identifier);
    return seeOther(`/sign-in?${query}`);
  }
  const { html, headers } = postBindingPage({
    acsUrl: answer.acsUrl,
    samlResponse: answer.samlResponse,
    relayState: answer.relayState,
    nonce: randomBytes(16).toString('base64'),
  });
  return new Response(html, { headers });
}

/** 303: whatever the method was, the browser goes on with GET. */
export function seeOther(location: string): Response {
  return new Response(null, { status: 303, headers: { location, 'cache-control': 'no-store' } });
}

/** Refusals after which beginning anew at the application helps. */
const mendedByStartingAgain = ['request_replayed', 'request_expired', 'request_from_future', 'parameter_missing'];

/**
 * Runs one step of a sign-in; what it refuses becomes a page that says what happened and how to mend it.
 * @param slug of the application whose sign-in it is
 */
export async function orMessage(slug: string, step: () => Promise<Response>): Promise<Response> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof AppError || error instanceof SamlError)) throw error;
    const session = await getSession();
    const again = mendedByStartingAgain.includes(error.code) ? await startAgainAt(slug) : undefined;
    const reader = session && may(session, 'console.use') ? 'staff' : 'person';
    const answer = messageResponse({
      status: statusOf(error),
      ...explainRefusal(error, reader),
      code: error.code,
      username: session?.user.username,
      links: [...(again ? [again] : []), { href: links.portal(), label: 'Go to your applications' }],
    });
    const seconds = error instanceof AppError ? retryAfterOf(error) : undefined;
    if (seconds !== undefined) answer.headers.set('retry-after', String(seconds));
    return answer;
  }
}

function statusOf(error: AppError | SamlError): number {
  if (error.code === 'forbidden') return 403;
  if (error.code === 'not_found') return 404;
  if (error.code === 'rate_limited') return 429;
  return error.code === 'internal' ? 500 : 400;
}
