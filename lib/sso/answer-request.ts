import { AppError } from '@/lib/core/errors';
import { RateLimiter } from '@/lib/core/rate-limit';
import { db, transaction } from '@/lib/db/client';
import type { EventDraft } from '@/lib/events/draft';
import { recordEvents } from '@/lib/events/record';
import { answerPassive, answerPolicy, type SamlStatus } from '@/lib/saml/answer-policy';
import { answerRestrictions, noValidity, validityOf } from '@/lib/saml/answer-restrictions';
import { chooseAcs } from '@/lib/saml/choose-acs';
import { encryptionKey } from '@/lib/saml/encryption-key';
import { SamlError } from '@/lib/saml/error';
import { joinAttributes } from '@/lib/saml/join-attributes';
import { namesPerson } from '@/lib/saml/match-subject';
import type { RequestedNameId } from '@/lib/saml/read-subject';
import { checkRelayState } from '@/lib/saml/relay-state';
import { createSamlId } from '@/lib/saml/saml-id';
import { nameIdFormats, type SsoSettings, statusCodes } from '@/lib/saml/schema';
import { writeResponse } from '@/lib/saml/write-response';
import { type Access, decideAccess, partsFor } from './access';
import { assertUnanswered, noteAnswered } from './answered-requests';
import { type Answer, type Ask, post, refuse, type SignedIn } from './ask';
import { openCarried } from './carry-request';
import { chooseNameId } from './choose-name-id';
import { describePerson } from './describe-person';
import { findSharedName } from './find-shared-name';
import { getProvider, getSigningKey, type Provider } from './provider';
import { requireActive } from './receive-request';
import { recordRefusedSignIn } from './record-sign-in';
import { holdSamlSession, lockSession } from './saml-session';

/** Sign-ins of one person to applications that are answered in a minute: more is a script, and each leaves something behind. */
const mostOfPerson = 60;
const limiter = new RateLimiter();

/**
 * Answers a request that was received, for whoever is signed in.
 * @param carried as {@link receiveRequest} gave it @param session undefined when nobody is
 * @throws AppError or SamlError for a plain page; recorded as a refused sso_auth. `forbidden`: not associated
 */
export async function answerRequest(slug: string, carried: string, session: SignedIn | undefined): Promise<Answer> {
  const provider = await getProvider(slug);
  return recorded(provider, session, async () => {
    const settings = requireActive(provider);
    const kept = openCarried(provider, carried);
    await assertUnanswered(provider, kept.request.id);
    const ask = { provider, settings, kept, relayState: kept.relayState, acs: chooseAcs(kept.request, settings) };
    const audience = settings.audience ?? settings.spEntityId;
    const restricted = answerRestrictions(kept.request, { idpEntityId: provider.addresses.idpEntityId, audience });
    if (restricted) return refuse(ask, restricted, session);
    // A password given before the request came counts for nothing where the service provider wants it given again.
    const fresh = session !== undefined && session.authenticatedAt.getTime() >= kept.receivedAtMs;
    const asksAgain = kept.request.forceAuthn && !fresh;
    const passive = answerPassive({ ...kept.request, forceAuthn: asksAgain }, session !== undefined);
    if (passive) return refuse(ask, passive, session);
    if (!session) {
      return { kind: 'sign_in', prompt: kept.request.forceAuthn, ...identifierOf(kept.request.subject) };
    }
    try {
      return await answer(ask, session, asksAgain);
    } catch (error) {
      if (!kept.request.isPassive || !toldByStatus(error)) throw error;
      return refuse(ask, denied, session, error.message);
    }
  });
}

/** What a person may be asked to sign in as: a name that she could type herself. */
function identifierOf(subject: RequestedNameId | undefined): { identifier?: string } {
  const formats: string[] = [nameIdFormats.unspecified, nameIdFormats.emailAddress];
  if (!subject || !formats.includes(subject.format ?? nameIdFormats.unspecified)) return {};
  return subject.value.length <= 254 ? { identifier: subject.value } : {};
}

/** With IsPassive nothing may be shown to the person (SAML Core 3.4.1): what is wrong with her goes to the service provider. */
function toldByStatus(error: unknown): error is AppError | SamlError {
  if (error instanceof AppError) return error.code === 'forbidden' || error.code === 'conflict';
  return error instanceof SamlError && (error.code === 'name_id_unusable' || error.code === 'value_not_encodable');
}

/**
 * Starts a sign-in from here: a click on a tile, or on a link.
 * @param relayState of the link; the default of the settings where it has none
 * @throws AppError or SamlError for a plain page, recorded
 */
export async function startSignIn(
  slug: string,
  session: SignedIn | undefined,
  relayState?: string | undefined,
): Promise<Answer> {
  const provider = await getProvider(slug);
  return recorded(provider, session, async () => {
    const ownRelayState = checkRelayState(relayState);
    if (!session) return { kind: 'sign_in', prompt: false };
    const settings = requireActive(provider);
    if (!settings.idpInitiated) return startAtServiceProvider(provider);
    const acs = chooseAcs(undefined, settings);
    return answer(
      { provider, settings, acs, kept: undefined, relayState: ownRelayState || settings.defaultRelayState },
      session,
    );
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
      await recordRefusedSignIn(provider, error, session ? { actor: session.actor } : {});
    }
    throw error;
  }
}

function startAtServiceProvider(provider: Provider): Answer {
  const url = provider.loginUrl;
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return { kind: 'redirect', url };
  throw new AppError('forbidden', `Sign-in to ${provider.application.displayLabel} starts at the application.`, {
    hint: 'Open the application itself and sign in there.',
  });
}

async function answer(ask: Ask, session: SignedIn, asksAgain = false): Promise<Answer> {
  const { provider, settings, kept } = ask;
  limitPerson(session.userId);
  // Real time: the service provider judges the assertion by its own clock.
  const now = new Date();
  const access = await decideAccess(db, session.userId, provider.application, now, partsFor(settings));
  if (!access.granted) throw denial(provider, access.reason);
  const policy = answerPolicy(kept?.request, settings);
  if (!policy.ok) return refuse(ask, policy.status, session);
  const { user } = access.subject;
  const { sourceName, attributes } = describePerson(settings, provider.draft.nameIdSource, access.subject, now);
  const subject = kept?.request.subject;
  const { sessionId } = session;
  const names = await chooseNameId(db, {
    ...{ provider, settings, user, sourceName, format: policy.nameIdFormat, sessionId, subject },
  });
  const shared = await findSharedName(provider, access.subject, names.issued);
  if (shared) throw shared;
  const parties = { idpEntityId: provider.addresses.idpEntityId, spEntityId: settings.spEntityId };
  if (subject && !namesPerson(subject, names, parties, kept?.request.nameIdPolicy?.format !== undefined)) {
    return refuse(ask, somebodyElse, session, `${somebodyElse.message} It names ${subject.value.slice(0, 200)}.`);
  }
  if (asksAgain) return { kind: 'sign_in', prompt: true };
  const validity = validityOf(agreedValidity(settings, now), kept?.request.conditions, now);
  if (!validity) return refuse(ask, noValidity, session);
  const key = await getSigningKey(provider);
  const samlResponse = await transaction(async (tx) => {
    const expiresAt = await lockSession(tx, sessionId, now);
    if (!expiresAt) return undefined;
    if (kept) await noteAnswered(tx, provider, kept.request.id, now);
    const held = await holdSamlSession(
      tx,
      {
        ...{ applicationId: provider.application.id, sessionId, authenticatedAt: session.authenticatedAt, now },
        ...{ nameId: names.issued.value, sessionMinutes: settings.sessionMinutes },
        transient: names.issued.format === nameIdFormats.transient && !provider.draft.legacyNameId,
      },
      expiresAt,
    );
    await recordEvents(tx, [signedIn(ask, session, names.issued.value)]);
    return writeResponse({
      responseId: createSamlId(),
      assertionId: createSamlId(),
      issuer: provider.addresses.idpEntityId,
      destination: ask.acs.url,
      inResponseTo: kept?.request.id,
      audience: settings.audience ?? settings.spEntityId,
      nameId: names.issued,
      attributes: joinAttributes(attributes),
      valueTypes: settings.attributeValueTypes,
      issueInstant: now,
      ...validity,
      oneTimeUse: kept?.request.conditions?.oneTimeUse,
      authnInstant: session.authenticatedAt,
      authnContextClass: policy.authnContextClass,
      sessionIndex: held.sessionIndex,
      sessionNotOnOrAfter: held.endsAt,
      ...encryptionOf(settings, policy),
      signAssertion: settings.signAssertion,
      signResponse: settings.signResponse,
      signing: { key, algorithm: settings.signatureAlgorithm },
    });
  });
  return samlResponse === undefined ? { kind: 'sign_in', prompt: false } : post(ask, samlResponse);
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

/** What of the response only the service provider can read; SAML Core 3.4.1.1 lets a request ask for the NameID. */
function encryptionOf(settings: SsoSettings, { encryptNameId }: { encryptNameId: boolean }) {
  const { encryptAssertion, encryptionCertificate, encryptionAlgorithm: algorithm } = settings;
  if (encryptionCertificate === undefined || !(encryptAssertion || encryptNameId)) return {};
  const encryption = { key: encryptionKey(encryptionCertificate), algorithm };
  return {
    encryptAssertion: encryptAssertion ? encryption : undefined,
    encryptNameId: encryptNameId ? encryption : undefined,
  };
}

function agreedValidity(settings: SsoSettings, now: Date): { notBefore: Date; notOnOrAfter: Date } {
  const minutes = (count: number) => new Date(now.getTime() + count * 60_000);
  return { notBefore: minutes(-settings.notBeforeMinutes), notOnOrAfter: minutes(settings.notOnOrAfterMinutes) };
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

/** Core 3.2.2.2; that it is this status, and that no assertion goes out, Profiles 4.1.4.1. */
const somebodyElse: SamlStatus = {
  code: statusCodes.responder,
  subcode: statusCodes.unknownPrincipal,
  message: 'The request names somebody else than the person who is signed in.',
};

const denied: SamlStatus = {
  code: statusCodes.responder,
  subcode: statusCodes.requestDenied,
  message: 'The person has no access to this application.',
};

function denial(provider: Provider, reason: Extract<Access, { granted: false }>['reason']): AppError {
  const { displayLabel } = provider.application;
  if (reason === 'not_associated') {
    return new AppError('forbidden', `You do not have access to ${displayLabel}.`, {
      hint: 'Ask your administrator for access to it.',
    });
  }
  return new AppError('forbidden', `Your account cannot sign in to ${displayLabel}.`, {
    hint: 'It is suspended or was deleted. Ask your administrator.',
  });
}
