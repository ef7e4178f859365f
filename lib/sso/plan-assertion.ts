import type { KeptNames } from '@/lib/applications/username-conflicts';
import { AppError } from '@/lib/core/errors';
import { answerPolicy, type SamlStatus } from '@/lib/saml/answer-policy';
import { noValidity, validityOf } from '@/lib/saml/answer-restrictions';
import { encryptionKey } from '@/lib/saml/encryption-key';
import { joinAttributes } from '@/lib/saml/join-attributes';
import { type IssuedNameId, namesPerson } from '@/lib/saml/match-subject';
import { createSamlId } from '@/lib/saml/saml-id';
import { nameIdFormats, type SsoSettings, statusCodes } from '@/lib/saml/schema';
import { type ResponseContent, writeResponse } from '@/lib/saml/write-response';
import type { Access } from './access';
import type { Ask } from './ask';
import { chooseNameId } from './choose-name-id';
import { checkNetwork, isPasswordTooOld } from './conditions';
import { describePerson } from './describe-person';
import { findSharedName } from './find-shared-name';
import { getSigningKey, type Provider } from './provider';
import type { HeldSession } from './write-sign-in';

export interface PlanInput {
  ask: Pick<Ask, 'provider' | 'settings' | 'kept' | 'acs'>;
  access: Access;
  /** What is known of the person's names. */
  names: KeptNames;
  /** The transient name that the request asks for again was given to this session. */
  wasNamedSo: boolean;
  /** Where the person is; null: nobody can tell. Undefined: shown in advance, for wherever it is allowed. */
  clientAddress: string | null | undefined;
  /** When the password was given. */
  authenticatedAt: Date;
  /** The request wants the password given again before. */
  asksAgain: boolean;
  /** Real time: the service provider judges the assertion by its own clock. */
  now: Date;
}

/** What is said of a person, but for the session there and what is new in each response. */
export type PlannedContent = Omit<
  ResponseContent,
  'responseId' | 'assertionId' | 'sessionIndex' | 'sessionNotOnOrAfter'
>;

export type AssertionPlan =
  /** The service provider is told this status. `told`: what administrators are told besides. */
  | { kind: 'refuse'; status: SamlStatus; told?: string }
  | { kind: 'sign_in' }
  | { kind: 'answer'; issued: IssuedNameId; transient: boolean; content: PlannedContent };

/**
 * What a person gets at a service provider: the one place where it is decided, for sign-ins and for what shows one in advance. Writes
 * nothing.
 * @throws AppError `forbidden`, `network_not_allowed`, `conflict`, `internal`; SamlError: why there is none, for the person's page
 */
export async function planAssertion(input: PlanInput): Promise<AssertionPlan> {
  const { provider, settings, kept, acs } = input.ask;
  const { access, now } = input;
  if (!access.granted) throw denial(provider, access.reason);
  if (input.clientAddress !== undefined) checkNetwork(provider, settings, input.clientAddress);
  const policy = answerPolicy(kept?.request, settings);
  if (!policy.ok) return { kind: 'refuse', status: policy.status };
  const { user } = access.subject;
  const { sourceName, attributes } = describePerson(settings, provider.draft.nameIdSource, access.subject, now);
  const subject = kept?.request.subject;
  const { wasNamedSo } = input;
  const format = policy.nameIdFormat;
  const names = chooseNameId({ provider, settings, user, sourceName, format, subject, wasNamedSo });
  const shared = await findSharedName(provider, access.subject, names.issued, input.names);
  if (shared) throw shared;
  const parties = { idpEntityId: provider.addresses.idpEntityId, spEntityId: settings.spEntityId };
  if (subject && !namesPerson(subject, names, parties, kept?.request.nameIdPolicy?.format !== undefined)) {
    const told = `${somebodyElse.message} It names ${subject.value.slice(0, 200)}.`;
    return { kind: 'refuse', status: somebodyElse, told };
  }
  if (input.asksAgain || isPasswordTooOld(settings, input.authenticatedAt, now)) return { kind: 'sign_in' };
  const validity = validityOf(agreedValidity(settings, now), kept?.request.conditions, now);
  if (!validity) return { kind: 'refuse', status: noValidity };
  const content = {
    issuer: provider.addresses.idpEntityId,
    destination: acs.url,
    inResponseTo: kept?.request.id,
    audience: settings.audience ?? settings.spEntityId,
    nameId: names.issued,
    attributes: joinAttributes(attributes),
    valueTypes: settings.attributeValueTypes,
    issueInstant: now,
    ...validity,
    oneTimeUse: kept?.request.conditions?.oneTimeUse,
    authnInstant: input.authenticatedAt,
    authnContextClass: policy.authnContextClass,
    ...encryptionOf(settings, policy),
    signAssertion: settings.signAssertion,
    signResponse: settings.signResponse,
    signing: { key: getSigningKey(provider), algorithm: settings.signatureAlgorithm },
  };
  const transient = names.issued.format === nameIdFormats.transient && !provider.draft.legacyNameId;
  return { kind: 'answer', issued: names.issued, transient, content };
}

/** Writes the response of a plan, for a session at the service provider. @throws SamlError `value_not_encodable`, `nothing_signed` */
export function writePlanned(content: PlannedContent, { sessionIndex, endsAt }: HeldSession): string {
  return writeResponse({
    ...content,
    ...{ responseId: createSamlId(), assertionId: createSamlId(), sessionIndex, sessionNotOnOrAfter: endsAt },
  });
}

/** What a session at the service provider is when it begins now. @param expiresAt of the session here */
export function beginSession({ sessionMinutes }: SsoSettings, expiresAt: Date, now: Date): HeldSession {
  const endsAt = new Date(Math.min(now.getTime() + sessionMinutes * 60_000, expiresAt.getTime()));
  return { sessionIndex: createSamlId(), endsAt };
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
