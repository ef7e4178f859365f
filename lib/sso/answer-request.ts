import { AppError } from '@/lib/core/errors';
import { db, type Tx, transaction } from '@/lib/db/client';
import { listMemberships } from '@/lib/directory/membership';
import type { Actor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { answerPassive, answerPolicy, type SamlStatus } from '@/lib/saml/answer-policy';
import { chooseAcs } from '@/lib/saml/choose-acs';
import { SamlError } from '@/lib/saml/error';
import { createSamlId } from '@/lib/saml/saml-id';
import { type AcsUrl, type SsoSettings, statusCodes } from '@/lib/saml/schema';
import { writeErrorResponse, writeResponse } from '@/lib/saml/write-response';
import { type Access, decideAccess } from './access';
import { describePerson } from './describe-person';
import { getProvider, getSigningKey, type Provider } from './provider';
import { type KeptRequest, requireActive } from './receive-request';
import { recordRefusal } from './record-sign-in';

/** The signed-in person who asks. */
export interface SignedIn {
  sessionId: string;
  userId: string;
  authenticatedAt: Date;
  actor: Actor;
}

export type Answer =
  /** Sign in first; with `prompt`, give the password again. */
  | { kind: 'sign_in'; prompt: boolean }
  /** Carry this response to the ACS. */
  | { kind: 'post'; acsUrl: string; samlResponse: string; relayState: string | undefined }
  /** IdP-initiated sign-in is switched off: the service provider starts. */
  | { kind: 'redirect'; url: string };

/** A request under way, and what it is answered with. */
interface Ask {
  provider: Provider;
  settings: SsoSettings;
  acs: AcsUrl;
  kept: (KeptRequest & { rowId: string; relayState: string | undefined; receivedAt: Date }) | undefined;
}

/**
 * Answers a kept request for whoever is signed in. @param session undefined when nobody is
 * @throws AppError or SamlError for a plain page; recorded as a refused sso_auth. `forbidden`: not associated
 */
export async function answerRequest(slug: string, requestId: string, session: SignedIn | undefined): Promise<Answer> {
  const provider = await getProvider(slug);
  return recorded(provider, session, async () => {
    const settings = requireActive(provider);
    const kept = await loadKept(provider, requestId);
    const ask = { provider, settings, kept, acs: chooseAcs(kept.request, settings) };
    // A password given before the request came counts for nothing where the service provider wants it given again.
    const fresh = session !== undefined && session.authenticatedAt >= kept.receivedAt;
    const asksAgain = kept.request.forceAuthn && !fresh;
    const passive = answerPassive({ ...kept.request, forceAuthn: asksAgain }, session !== undefined);
    if (passive) return refuse(ask, passive, session);
    if (!session) return { kind: 'sign_in', prompt: kept.request.forceAuthn };
    if (asksAgain) return { kind: 'sign_in', prompt: true };
    return answer(ask, session);
  });
}

/**
 * Starts a sign-in from here: a click on a tile. @throws AppError or SamlError for a plain page, recorded
 */
export async function startSignIn(slug: string, session: SignedIn | undefined): Promise<Answer> {
  const provider = await getProvider(slug);
  if (!session) return { kind: 'sign_in', prompt: false };
  return recorded(provider, session, async () => {
    const settings = requireActive(provider);
    if (!settings.idpInitiated) return startAtServiceProvider(provider);
    return answer({ provider, settings, kept: undefined, acs: chooseAcs(undefined, settings) }, session);
  });
}

/** The event of a refusal is written whichever rule refused. */
async function recorded(
  provider: Provider,
  session: SignedIn | undefined,
  work: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SamlError || error instanceof AppError) {
      await recordRefusal(provider, error, session ? { actor: session.actor } : {});
    }
    throw error;
  }
}

async function loadKept(provider: Provider, id: string): Promise<NonNullable<Ask['kept']>> {
  const row = await db.authnRequest.findFirst({ where: { id, applicationId: provider.application.id } });
  if (!row || row.expiresAt < new Date()) {
    throw new SamlError('request_expired', 'This sign-in was started too long ago.', {
      hint: `Go back to ${provider.application.displayLabel} and sign in again.`,
    });
  }
  if (row.answeredAt) throw alreadyAnswered(provider);
  const kept = row.request as unknown as KeptRequest;
  return { ...kept, rowId: row.id, relayState: row.relayState ?? undefined, receivedAt: row.receivedAt };
}

function alreadyAnswered(provider: Provider): SamlError {
  return new SamlError('request_replayed', 'This sign-in was already completed.', {
    hint: `Go back to ${provider.application.displayLabel} and sign in again.`,
  });
}

function startAtServiceProvider(provider: Provider): Answer {
  const url = provider.loginUrl;
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return { kind: 'redirect', url };
  throw new AppError('forbidden', `Sign-in to ${provider.application.displayLabel} starts at the application.`, {
    hint: 'Open the application itself and sign in there.',
  });
}

async function answer(ask: Ask, session: SignedIn): Promise<Answer> {
  const { provider, settings, kept } = ask;
  const access = await decideAccess(db, session.userId, provider.application.id);
  if (!access.granted) {
    if (kept?.request.isPassive) return refuse(ask, denied, session);
    throw denial(provider, access.reason);
  }
  const policy = answerPolicy(kept?.request, settings);
  if (!policy.ok) return refuse(ask, policy.status, session);
  // Real time: the service provider judges the assertion by its own clock.
  const now = new Date();
  const person = await describeSubject(ask, access, now);
  const sessionIndex = createSamlId();
  const minutes = (count: number) => new Date(now.getTime() + count * 60_000);
  const samlResponse = writeResponse({
    responseId: createSamlId(),
    assertionId: createSamlId(),
    issuer: provider.addresses.idpEntityId,
    destination: ask.acs.url,
    inResponseTo: kept?.request.id,
    audience: settings.audience ?? settings.spEntityId,
    nameId: { value: person.nameId, format: policy.nameIdFormat },
    attributes: person.attributes,
    issueInstant: now,
    notBefore: minutes(-settings.notBeforeMinutes),
    notOnOrAfter: minutes(settings.notOnOrAfterMinutes),
    authnInstant: session.authenticatedAt,
    authnContextClass: policy.authnContextClass,
    sessionIndex,
    sessionNotOnOrAfter: minutes(settings.sessionMinutes),
    signAssertion: settings.signAssertion,
    signResponse: settings.signResponse,
    signing: { key: await getSigningKey(provider), algorithm: settings.signatureAlgorithm },
  });
  await transaction(async (tx) => {
    await closeRequest(tx, ask, now);
    const { id: applicationId } = provider.application;
    await tx.samlSession.create({
      data: { applicationId, sessionId: session.sessionId, sessionIndex, nameId: person.nameId },
    });
    const told = kept
      ? [`SP-initiated, ${kept.binding}, ${kept.signed ? 'signed' : 'unsigned'} request.`, ...kept.warnings]
      : ['IdP-initiated.'];
    await recordEvents(tx, [
      {
        name: 'sso_auth',
        actor: session.actor,
        application: provider.application,
        target: { type: 'user', id: session.userId, name: session.actor.name },
        message: [...told, `NameID ${person.nameId}.`].join(' '),
      },
    ]);
  });
  return post(ask, samlResponse);
}

async function describeSubject(ask: Ask, access: Extract<Access, { granted: true }>, now: Date) {
  const { provider, settings } = ask;
  const groupNames = (await listMemberships(access.user.id)).map((membership) => membership.name);
  const subject = { user: access.user, typedUsername: access.applicationUsername, groupNames };
  return describePerson(settings, provider.draft.nameIdSource, provider.application.usernameFormat, subject, now);
}

const denied: SamlStatus = {
  code: statusCodes.responder,
  subcode: statusCodes.requestDenied,
  message: 'The person has no access to this application.',
};

function denial(provider: Provider, reason: Extract<Access, { granted: false }>['reason']): AppError {
  const { displayLabel } = provider.application;
  if (reason === 'not_associated') {
    return new AppError('forbidden', `You do not have access to ${displayLabel}.`, {
      hint: 'Access is given through user groups. Ask your administrator to add you to one that is associated with this application.',
    });
  }
  return new AppError('forbidden', `Your account cannot sign in to ${displayLabel}.`, {
    hint: 'It is suspended or was deleted. Ask your administrator.',
  });
}

/** Sends a SAML status back to the service provider, which asked for something that is not given. */
async function refuse(ask: Ask, status: SamlStatus, session: SignedIn | undefined): Promise<Answer> {
  const { provider, settings } = ask;
  const now = new Date();
  const samlResponse = writeErrorResponse({
    responseId: createSamlId(),
    issuer: provider.addresses.idpEntityId,
    destination: ask.acs.url,
    inResponseTo: ask.kept?.request.id,
    issueInstant: now,
    status,
    signing: { key: await getSigningKey(provider), algorithm: settings.signatureAlgorithm },
  });
  await transaction((tx) => closeRequest(tx, ask, now));
  const code = status.subcode?.split(':').at(-1) ?? 'Requester';
  await recordEvents(db, [
    {
      name: 'sso_auth',
      actor: session?.actor ?? { id: null, name: 'Not signed in', clientAddress: null },
      outcome: 'error',
      application: provider.application,
      code,
      message: status.message,
    },
  ]);
  return post(ask, samlResponse);
}

/** Each request is answered once, whoever else goes on with it at the same moment. */
async function closeRequest(tx: Tx, ask: Ask, now: Date): Promise<void> {
  if (!ask.kept) return;
  const { count } = await tx.authnRequest.updateMany({
    where: { id: ask.kept.rowId, answeredAt: null },
    data: { answeredAt: now },
  });
  if (count === 0) throw alreadyAnswered(ask.provider);
}

function post(ask: Ask, samlResponse: string): Answer {
  const relayState = ask.kept ? ask.kept.relayState : ask.settings.defaultRelayState;
  return { kind: 'post', acsUrl: ask.acs.url, samlResponse, relayState };
}
