import { randomBytes } from 'node:crypto';
import { type CurrentSession, getSession } from '@/lib/auth/session';
import { AppError } from '@/lib/core/errors';
import { SamlError } from '@/lib/saml/error';
import { postBindingPage } from '@/lib/saml/post-binding-page';
import type { Answer, SignedIn } from '@/lib/sso/ask';
import { messageResponse } from './message-html';

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
    return seeOther(`/sign-in?callbackUrl=${encodeURIComponent(back)}${answer.prompt ? '&prompt=login' : ''}`);
  }
  const { html, contentSecurityPolicy } = postBindingPage({
    acsUrl: answer.acsUrl,
    samlResponse: answer.samlResponse,
    relayState: answer.relayState,
    nonce: randomBytes(16).toString('base64'),
  });
  return new Response(html, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': contentSecurityPolicy,
      'referrer-policy': 'no-referrer',
    },
  });
}

/** 303: whatever the method was, the browser goes on with GET. */
export function seeOther(location: string): Response {
  return new Response(null, { status: 303, headers: { location, 'cache-control': 'no-store' } });
}

/** Runs one step of a sign-in; what it refuses becomes a page that says what happened and how to mend it. */
export async function orMessage(step: () => Promise<Response>): Promise<Response> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof AppError || error instanceof SamlError)) throw error;
    const session = await getSession();
    const denied = error.code === 'forbidden';
    return messageResponse({
      status: statusOf(error),
      title: denied ? 'Access denied' : titleOf(error),
      message: error.message,
      hint: error.hint,
      code: error.code,
      username: session?.user.username,
      links: [{ href: '/portal', label: 'Go to your applications' }],
    });
  }
}

function titleOf(error: AppError | SamlError): string {
  if (error.code === 'not_found') return 'There is no application here';
  if (error.code === 'not_active') return 'Single sign-on is not active';
  if (error.code === 'request_replayed' || error.code === 'request_expired') return 'This sign-in cannot be used again';
  return 'The sign-in could not be completed';
}

function statusOf(error: AppError | SamlError): number {
  if (error.code === 'forbidden') return 403;
  if (error.code === 'not_found') return 404;
  return error.code === 'internal' ? 500 : 400;
}
