import { AppError } from '@/lib/core/errors';
import { RateLimiter } from '@/lib/core/rate-limit';
import type { EventDraft } from '@/lib/events/draft';
import { alreadyAnswered } from './answered-requests';
import { type Answer, type Ask, post, refuse, type SignedIn } from './ask';
import { beginSession, planAssertion, writePlanned } from './plan-assertion';
import type { SessionFacts } from './read-sign-in';
import { writeSignIn } from './write-sign-in';

/** Sign-ins of one person to applications that are answered in a minute: more is a script, and each leaves something behind. */
const mostOfPerson = 60;
const limiter = new RateLimiter();

/**
 * Answers with an assertion for the person who is signed in, or with why not.
 * @param asksAgain the password is to be given again before
 * @throws AppError or SamlError for a plain page
 */
export async function answerPerson(ask: Ask, facts: SessionFacts, asksAgain = false): Promise<Answer> {
  const { provider, settings, kept } = ask;
  const { signedIn: session, access, names, wasNamedSo } = facts;
  limitPerson(session.userId);
  const now = new Date();
  const { authenticatedAt } = session;
  const { clientAddress } = session.actor;
  const plan = await planAssertion({ ask, access, names, wasNamedSo, clientAddress, authenticatedAt, asksAgain, now });
  if (plan.kind === 'refuse') return refuse(ask, plan.status, session, plan.told);
  if (plan.kind === 'sign_in') return { kind: 'sign_in', prompt: true };
  const { issued, transient, content } = plan;
  const expected = facts.held && (transient || facts.held.nameId === issued.value) ? facts.held : undefined;
  const begun = expected ?? beginSession(settings, facts.expiresAt, now);
  // Made before anything is written: what cannot be said is refused, and nothing has happened.
  const samlResponse = writePlanned(content, begun);
  const written = await writeSignIn({
    ...{ applicationId: provider.application.id, sessionId: session.sessionId, authenticatedAt },
    ...{ requestId: kept?.request.id, nameId: issued.value, issued, transient, begun, now },
    event: signedIn(ask, session, issued.value),
  });
  // The use of the session stands there, too.
  facts.isStale = false;
  if (written.outcome === 'ended') return { kind: 'sign_in', prompt: false };
  if (written.outcome === 'replayed') throw alreadyAnswered(provider);
  const isAsSaid = written.sessionIndex === begun.sessionIndex && written.endsAt.getTime() === begun.endsAt.getTime();
  // Another sign-in was faster: it began the session at the service provider.
  return post(ask, isAsSaid ? samlResponse : writePlanned(content, written));
}

/** @throws AppError `rate_limited` */
function limitPerson(userId: string): void {
  const rate = limiter.take(userId, mostOfPerson);
  if (rate.allowed) return;
  throw new AppError('rate_limited', 'You are signing in to applications too often.', {
    hint: `Wait ${rate.resetSeconds} s. If it was not you who asked, an application may be sending you here again and again.`,
    details: { retryAfterSeconds: rate.resetSeconds },
  });
}

function signedIn({ provider, kept }: Ask, session: SignedIn, nameId: string): EventDraft {
  const told = kept
    ? [`SP-initiated, ${kept.binding}, ${kept.signed ? 'signed' : 'unsigned'} request.`, ...kept.warnings]
    : ['IdP-initiated.'];
  return {
    name: 'sso_auth',
    actor: session.actor,
    application: provider.application,
    target: { type: 'user', id: session.userId, name: session.actor.name },
    message: [...told, `NameID ${nameId}.`].join(' '),
  };
}
