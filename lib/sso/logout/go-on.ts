import { type Tx, transaction } from '@/lib/db/client';
import { recordEvents } from '@/lib/events/record';
import { SamlError } from '@/lib/saml/error';
import type { IssuedNameId } from '@/lib/saml/match-subject';
import { createSamlId } from '@/lib/saml/saml-id';
import { statusCodes } from '@/lib/saml/schema';
import { type Outgoing, sendMessage } from '@/lib/saml/send-message';
import { writeLogoutRequest } from '@/lib/saml/write-logout';
import { findProvider, getSigningKey, type Provider } from '../provider';
import { referenceOf } from './begin';
import { logoutEvent } from './record-logout';
import { answerToRequest } from './respond';

/** What the browser does next. */
export type LogoutStep =
  /** Carries a message to a service provider. `application`: to which. */
  | { kind: 'send'; outgoing: Outgoing; application: string; isLast: boolean }
  /** All that could be asked have been: the page that says what came of it. */
  | { kind: 'done'; logoutId: string };

/** Service providers that one logout asks: more than anybody is signed in to at once. */
const mostAsked = 50;
/** How long whoever began waits for an answer, in milliseconds: after that its own page is long gone. */
export const patienceMs = 10 * 60_000;

export const takesNoPart = 'It takes no part in single logout.';
const tooMany = 'There were too many to ask.';
export const gaveNoAnswer = 'It gave no answer.';
const wasNotAsked = 'The browser did not come back to ask it.';

/** A session at a service provider that has not been asked for yet. */
interface Waiting {
  applicationId: string;
  nameId: string;
}

/**
 * Goes on with a logout: asks the next service provider, and where there is none left, answers whoever began.
 * Each is asked once: whoever gave no answer is passed over when the browser comes back by itself.
 */
export async function goOn(logoutId: string): Promise<LogoutStep> {
  return transaction(async (tx) => {
    const logout = await lock(tx, logoutId);
    if (!logout) return { kind: 'done', logoutId };
    const step = (await askNext(tx, logout)) ?? (await finish(tx, logout));
    return step;
  });
}

/**
 * Ends a logout whose browser has not come back, and says in events whom it did not sign out of. Should it come back after all, it begins another
 * with those that were never asked.
 */
export async function abandon(logoutId: string): Promise<void> {
  await transaction(async (tx) => {
    const logout = await lock(tx, logoutId);
    if (logout) await finish(tx, logout);
  });
}

/** @returns undefined where it is finished, or gone */
async function lock(tx: Tx, logoutId: string): Promise<LockedLogout | undefined> {
  const [logout] = await tx.$queryRaw<LockedLogout[]>`
    SELECT l.id, l.application_id AS "applicationId", l.request_id AS "requestId", l.relay_state AS "relayState",
      l.created_at AS "createdAt", u.id AS "userId", u.username
    FROM logouts l JOIN sessions i ON i.id = l.session_id JOIN users u ON u.id = i.user_id
    WHERE l.id = ${logoutId}::uuid AND l.finished_at IS NULL FOR UPDATE OF l`;
  return logout;
}

interface LockedLogout {
  id: string;
  applicationId: string | null;
  requestId: string | null;
  relayState: string | null;
  createdAt: Date;
  userId: string;
  username: string;
}

async function askNext(tx: Tx, logout: LockedLogout): Promise<LogoutStep | undefined> {
  const notAsked = { logoutId: logout.id, endedAt: null, askedAt: null, refusal: null };
  const asked = await tx.samlSession.groupBy({
    by: ['logoutRequestId'],
    where: { logoutId: logout.id, logoutRequestId: { not: null } },
  });
  for (let tried = asked.length; ; tried += 1) {
    const waiting = await tx.samlSession.findFirst({
      where: notAsked,
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      select: { applicationId: true, nameId: true },
    });
    if (!waiting) return undefined;
    if (tried >= mostAsked) {
      await tx.samlSession.updateMany({ where: notAsked, data: { refusal: tooMany } });
      return undefined;
    }
    const step = await ask(tx, logout, waiting);
    if (step) return step;
  }
}

/** Asks one service provider for all sessions by one name. @returns undefined where it cannot be asked, which is noted */
async function ask(tx: Tx, logout: LockedLogout, { applicationId, nameId }: Waiting): Promise<LogoutStep | undefined> {
  const these = { logoutId: logout.id, applicationId, nameId, endedAt: null, askedAt: null, refusal: null };
  const rows = await tx.samlSession.findMany({
    where: these,
    orderBy: { createdAt: 'desc' },
    take: 100,
    select: { id: true, sessionIndex: true, issuedNameId: true },
  });
  const provider = await findProvider(tx, { id: applicationId });
  const requestId = createSamlId();
  const of = { id: { in: rows.map(({ id }) => id) } };
  const issued = rows.find((row) => row.issuedNameId !== null)?.issuedNameId as IssuedNameId | undefined;
  const outgoing = provider && issued && requestTo(provider, requestId, issued, rows);
  if (!outgoing) {
    await tx.samlSession.updateMany({ where: of, data: { refusal: takesNoPart } });
    return undefined;
  }
  await tx.samlSession.updateMany({ where: of, data: { askedAt: new Date(), logoutRequestId: requestId } });
  return { kind: 'send', outgoing, application: provider.application.displayLabel, isLast: false };
}

/** The LogoutRequest to a service provider; undefined where it takes none. */
function requestTo(
  provider: Provider,
  id: string,
  nameId: IssuedNameId,
  rows: readonly { sessionIndex: string }[],
): Outgoing | undefined {
  const { resolved } = provider;
  if (!resolved.ok || resolved.settings.logoutUrl === undefined) return undefined;
  const { logoutUrl: url, logoutBinding: binding, signatureAlgorithm: algorithm } = resolved.settings;
  const at = new Date();
  try {
    const message = writeLogoutRequest({
      ...{ id, issuer: provider.addresses.idpEntityId, destination: url, issueInstant: at },
      ...{ nameId, sessionIndexes: rows.map(({ sessionIndex }) => sessionIndex) },
      notOnOrAfter: new Date(at.getTime() + patienceMs),
    });
    return sendMessage({ url, binding }, 'SAMLRequest', message, { key: getSigningKey(provider), algorithm });
  } catch (error) {
    // What cannot be said leaves this one out, and not the others.
    if (error instanceof SamlError) return undefined;
    throw error;
  }
}

/** Says in events who could not be signed out of, and answers whoever began. */
async function finish(tx: Tx, logout: LockedLogout): Promise<LogoutStep> {
  const left = await tx.samlSession.findMany({
    where: { logoutId: logout.id, endedAt: null },
    take: 200,
    orderBy: { createdAt: 'asc' },
    select: { refusal: true, askedAt: true, application: { select: { id: true, displayLabel: true } } },
  });
  const person = { id: logout.userId, username: logout.username };
  const once = [...new Map(left.map((row) => [row.application.id, row])).values()];
  // What a service provider answered was told when it did.
  const untold = once.filter(({ askedAt, refusal }) => askedAt === null || refusal === null);
  await recordEvents(
    tx,
    untold.map(({ application, refusal, askedAt }) =>
      logoutEvent(application, person, {
        outcome: 'error',
        code: 'not_signed_out',
        message: `${refusal ?? (askedAt ? gaveNoAnswer : wasNotAsked)} Reference ${referenceOf(logout.id)}.`,
      }),
    ),
  );
  await tx.logout.update({ where: { id: logout.id }, data: { finishedAt: new Date() } });
  return (await answerTo(tx, logout, once.length > 0)) ?? { kind: 'done', logoutId: logout.id };
}

async function answerTo(tx: Tx, logout: LockedLogout, isPartial: boolean): Promise<LogoutStep | undefined> {
  const { applicationId, requestId, relayState, createdAt } = logout;
  if (applicationId === null || requestId === null) return undefined;
  if (Date.now() - createdAt.getTime() > patienceMs) return undefined;
  const provider = await findProvider(tx, { id: applicationId });
  const status = {
    code: statusCodes.success,
    ...(isPartial ? { subcode: statusCodes.partialLogout } : {}),
  };
  const outgoing = provider && answerToRequest(provider, { requestId, relayState: relayState ?? undefined }, status);
  return outgoing && { kind: 'send', outgoing, application: provider.application.displayLabel, isLast: true };
}
