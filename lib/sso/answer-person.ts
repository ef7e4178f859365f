import { AppError } from '@/lib/core/errors';
import { RateLimiter } from '@/lib/core/rate-limit';
import type { EventDraft } from '@/lib/events/draft';
import { answerPolicy, type SamlStatus } from '@/lib/saml/answer-policy';
import { noValidity, validityOf } from '@/lib/saml/answer-restrictions';
import { encryptionKey } from '@/lib/saml/encryption-key';
import { joinAttributes } from '@/lib/saml/join-attributes';
import { namesPerson } from '@/lib/saml/match-subject';
import { createSamlId } from '@/lib/saml/saml-id';
import { nameIdFormats, type SsoSettings, statusCodes } from '@/lib/saml/schema';
import { writeResponse } from '@/lib/saml/write-response';
import type { Access } from './access';
import { alreadyAnswered } from './answered-requests';
import { type Answer, type Ask, post, refuse, type SignedIn } from './ask';
import { chooseNameId } from './choose-name-id';
import { describePerson } from './describe-person';
import { findSharedName } from './find-shared-name';
import { getSigningKey, type Provider } from './provider';
import type { SessionFacts } from './read-sign-in';
import { type HeldSession, writeSignIn } from './write-sign-in';

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
  const { signedIn: session, access } = facts;
  limitPerson(session.userId);
  // Real time: the service provider judges the assertion by its own clock.
  const now = new Date();
  if (!access.granted) throw denial(provider, access.reason);
  const policy = answerPolicy(kept?.request, settings);
  if (!policy.ok) return refuse(ask, policy.status, session);
  const { user } = access.subject;
  const { sourceName, attributes } = describePerson(settings, provider.draft.nameIdSource, access.subject, now);
  const subject = kept?.request.subject;
  const { wasNamedSo } = facts;
  const names = chooseNameId({
    provider,
    settings,
    user,
    sourceName,
    format: policy.nameIdFormat,
    subject,
    wasNamedSo,
  });
  const shared = await findSharedName(provider, access.subject, names.issued, facts.names);
  if (shared) throw shared;
  const parties = { idpEntityId: provider.addresses.idpEntityId, spEntityId: settings.spEntityId };
  if (subject && !namesPerson(subject, names, parties, kept?.request.nameIdPolicy?.format !== undefined)) {
    return refuse(ask, somebodyElse, session, `${somebodyElse.message} It names ${subject.value.slice(0, 200)}.`);
  }
  if (asksAgain) return { kind: 'sign_in', prompt: true };
  const validity = validityOf(agreedValidity(settings, now), kept?.request.conditions, now);
  if (!validity) return refuse(ask, noValidity, session);
  const transient = names.issued.format === nameIdFormats.transient && !provider.draft.legacyNameId;
  const content = {
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
    ...encryptionOf(settings, policy),
    signAssertion: settings.signAssertion,
    signResponse: settings.signResponse,
    signing: { key: getSigningKey(provider), algorithm: settings.signatureAlgorithm },
  };
  const respond = ({ sessionIndex, endsAt }: HeldSession) =>
    writeResponse({
      ...content,
      ...{ responseId: createSamlId(), assertionId: createSamlId(), sessionIndex, sessionNotOnOrAfter: endsAt },
    });
  const expected = facts.held && (transient || facts.held.nameId === names.issued.value) ? facts.held : undefined;
  const begun = expected ?? begin(settings, facts.expiresAt, now);
  // Made before anything is written: what cannot be said is refused, and nothing has happened.
  const samlResponse = respond(begun);
  const written = await writeSignIn({
    ...{
      applicationId: provider.application.id,
      sessionId: session.sessionId,
      authenticatedAt: session.authenticatedAt,
    },
    ...{ requestId: kept?.request.id, nameId: names.issued.value, issued: names.issued, transient, begun, now },
    event: signedIn(ask, session, names.issued.value),
  });
  // The use of the session stands there, too.
  facts.isStale = false;
  if (written.outcome === 'ended') return { kind: 'sign_in', prompt: false };
  if (written.outcome === 'replayed') throw alreadyAnswered(provider);
  const isAsSaid = written.sessionIndex === begun.sessionIndex && written.endsAt.getTime() === begun.endsAt.getTime();
  // Another sign-in was faster: it began the session at the service provider.
  return post(ask, isAsSaid ? samlResponse : respond(written));
}

/** What a session at the service provider is when it begins now. @param expiresAt of the session here */
function begin({ sessionMinutes }: SsoSettings, expiresAt: Date, now: Date): HeldSession {
  const endsAt = new Date(Math.min(now.getTime() + sessionMinutes * 60_000, expiresAt.getTime()));
  return { sessionIndex: createSamlId(), endsAt };
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
