import { allows } from '@/lib/auth/permissions';
import { AppError } from '@/lib/core/errors';
import { retryAfterOf } from '@/lib/core/failure';
import { links } from '@/lib/core/links';
import { messagePage } from '@/lib/core/message-page';
import { random128 } from '@/lib/crypto/random';
import { SamlError } from '@/lib/saml/error';
import { keepUnjudged } from '@/lib/sso/failed-sign-ins/keep-unjudged';
import { referenceOf } from '@/lib/sso/failed-sign-ins/reference';
import { startAgainAt } from '@/lib/sso/start-again';
import { explainRefusal } from '@/lib/sso/words-for-reader';
import type { SamlAnswer, SamlRequest } from './wire';

/** Refusals after which beginning anew at the application helps. */
const mendedByStartingAgain = ['request_replayed', 'request_expired', 'request_from_future', 'parameter_missing'];

/**
 * What was refused, as a page that says what happened and how to mend it.
 * @throws whatever is no refusal
 */
export async function answerRefused(asked: SamlRequest, error: unknown): Promise<SamlAnswer> {
  const { slug, last, session } = asked;
  if (!(error instanceof AppError || error instanceof SamlError)) throw error;
  const reader = await session();
  const signsOut = last === 'logout';
  const again = !signsOut && mendedByStartingAgain.includes(error.code) ? await startAgainAt(slug) : undefined;
  const reference = signsOut ? undefined : await referenceTo(error, asked, reader?.user.id);
  const { html, ...answer } = messagePage({
    status: statusOf(error),
    ...explainRefusal(error, reader && allows(reader.user.role, 'console.use') ? 'staff' : 'person', signsOut),
    code: error.code,
    reference,
    username: reader?.user.username,
    links: [...(again ? [again] : []), { href: links.portal(), label: 'Go to your applications' }],
    nonce: newNonce(),
  });
  const seconds = error instanceof AppError ? retryAfterOf(error) : undefined;
  if (seconds !== undefined) answer.headers['retry-after'] = String(seconds);
  return { ...answer, body: html, reference };
}

/** What failed for a reason that is none of the caller's. @param message says nothing of it but where it stands in the log */
export function answerFailed(message: string): SamlAnswer {
  const { html, ...answer } = messagePage({
    status: 500,
    title: 'The sign-in could not be completed',
    message,
    hint: 'It is nothing that you did. Try again; if it stays so, tell your administrator.',
    code: 'internal',
    links: [{ href: links.portal(), label: 'Go to your applications' }],
    nonce: newNonce(),
  });
  return { ...answer, body: html };
}

/** What was refused before anybody knew which application it is about, or what was asked, is kept as such. */
async function referenceTo(error: AppError | SamlError, asked: SamlRequest, userId: string | undefined) {
  const { slug, clientAddress } = asked;
  return referenceOf(error) ?? keepUnjudged({ slug, error, userId: userId ?? null, clientAddress });
}

const newNonce = () => random128('base64');

function statusOf(error: AppError | SamlError): number {
  if (error.code === 'forbidden' || error.code === 'network_not_allowed') return 403;
  if (error.code === 'not_found') return 404;
  if (error.code === 'rate_limited') return 429;
  return error.code === 'internal' ? 500 : 400;
}
