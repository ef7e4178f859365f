import { AppError } from '@/lib/core/errors';
import { noteSeen } from '@/lib/directory/live-session';
import { answerPassive, type SamlStatus } from '@/lib/saml/answer-policy';
import { answerRestrictions } from '@/lib/saml/answer-restrictions';
import { chooseAcs } from '@/lib/saml/choose-acs';
import { SamlError } from '@/lib/saml/error';
import type { RequestedNameId } from '@/lib/saml/read-subject';
import { checkRelayState } from '@/lib/saml/relay-state';
import { nameIdFormats, statusCodes } from '@/lib/saml/schema';
import { answerPerson } from './answer-person';
import { alreadyAnswered } from './answered-requests';
import { type Answer, type Caller, refuse } from './ask';
import { type CarriedRequest, carryRequest, openCarried } from './carry-request';
import { isPasswordTooOld } from './conditions';
import type { Provider } from './provider';
import { type ReadSignIn, readSignIn } from './read-sign-in';
import { received, requireActive } from './receive-request';
import { recordingRefusals } from './record-sign-in';

/**
 * Answers a request that was received, for whoever is signed in.
 * @param carried as {@link receiveRequest} gave it @param caller undefined: no session is carried along
 * @throws AppError or SamlError for a plain page; recorded as a refused sso_auth. `forbidden`: not associated
 */
export async function answerRequest(slug: string, carried: string, caller: Caller | undefined): Promise<Answer> {
  const read = await readSignIn(slug, caller, (provider) => {
    requireActive(provider);
    return openCarried(provider, carried);
  });
  return inSession(read, () => answerKept(read));
}

/**
 * Receives a request by redirect and answers it at once. Where somebody has to sign in first, it is carried through that.
 * @param rawQuery as it came over the wire @param caller as above
 * @throws as above
 */
export async function answerRedirect(
  slug: string,
  rawQuery: string,
  caller: Caller | undefined,
  clientAddress: string | null,
): Promise<Answer> {
  const incoming = { binding: 'HTTP-Redirect' as const, rawQuery };
  const read = await readSignIn(slug, caller, (provider) => received(provider, incoming, clientAddress));
  const { provider, request, facts } = read;
  // Refused before anybody is asked who they are: it is nobody's yet.
  const kept = await recordingRefusals(provider, { clientAddress, incoming }, async () => {
    const verified = request();
    if (facts.answered) throw alreadyAnswered(provider);
    return verified;
  });
  return inSession(read, async () => {
    const answered = await answerKept(read);
    if (answered.kind !== 'sign_in') return answered;
    return { ...answered, carried: carryRequest(provider.application.id, kept) };
  });
}

async function answerKept({ provider, request, facts }: ReadSignIn<CarriedRequest>): Promise<Answer> {
  const kept = request();
  const settings = requireActive(provider);
  if (facts.answered) throw alreadyAnswered(provider);
  const { session } = facts;
  const ask = { provider, settings, kept, relayState: kept.relayState, acs: chooseAcs(kept.request, settings) };
  const audience = settings.audience ?? settings.spEntityId;
  const restricted = answerRestrictions(kept.request, { idpEntityId: provider.addresses.idpEntityId, audience });
  if (restricted) return refuse(ask, restricted, session?.signedIn);
  // A password given before the request came counts for nothing where the service provider wants it given again.
  const fresh = session !== undefined && session.signedIn.authenticatedAt.getTime() >= kept.receivedAtMs;
  const asksAgain = kept.request.forceAuthn && !fresh;
  const isTooOld = session !== undefined && isPasswordTooOld(settings, session.signedIn.authenticatedAt, new Date());
  const passive = answerPassive({ ...kept.request, forceAuthn: asksAgain || isTooOld }, session !== undefined);
  if (passive) return refuse(ask, passive, session?.signedIn);
  if (!session) {
    return { kind: 'sign_in', prompt: kept.request.forceAuthn, ...identifierOf(kept.request.subject) };
  }
  try {
    return await answerPerson(ask, session, asksAgain);
  } catch (error) {
    if (!kept.request.isPassive || !toldByStatus(error)) throw error;
    return refuse(ask, denied, session.signedIn, error.message);
  }
}

/** What a person may be asked to sign in as: a name that she could type herself. */
function identifierOf(subject: RequestedNameId | undefined): { identifier?: string } {
  const formats: string[] = [nameIdFormats.unspecified, nameIdFormats.emailAddress];
  if (!subject || !formats.includes(subject.format ?? nameIdFormats.unspecified)) return {};
  return subject.value.length <= 254 ? { identifier: subject.value } : {};
}

/** With IsPassive nothing may be shown to the person (SAML Core 3.4.1): what is wrong with her goes to the service provider. */
function toldByStatus(error: unknown): error is AppError | SamlError {
  if (error instanceof AppError) return ['forbidden', 'network_not_allowed', 'conflict'].includes(error.code);
  return error instanceof SamlError && (error.code === 'name_id_unusable' || error.code === 'value_not_encodable');
}

/**
 * Starts a sign-in from here: a click on a tile, or on a link.
 * @param relayState of the link; the default of the settings where it has none
 * @throws AppError or SamlError for a plain page, recorded
 */
export async function startSignIn(
  slug: string,
  caller: Caller | undefined,
  relayState?: string | undefined,
): Promise<Answer> {
  const read = await readSignIn(slug, caller, () => undefined);
  const { provider, facts } = read;
  return inSession(read, async () => {
    const ownRelayState = checkRelayState(relayState);
    if (!facts.session) return { kind: 'sign_in', prompt: false };
    const settings = requireActive(provider);
    if (!settings.idpInitiated) return startAtServiceProvider(provider);
    const acs = chooseAcs(undefined, settings);
    return answerPerson(
      { provider, settings, acs, kept: undefined, relayState: ownRelayState || settings.defaultRelayState },
      facts.session,
    );
  });
}

/** One step for whoever is signed in: refusals are recorded as theirs, and their session is in use, whatever the answer is. */
async function inSession(
  { provider, request, facts: { session } }: ReadSignIn,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const who = session ? { actor: session.signedIn.actor } : {};
  try {
    return await recordingRefusals(provider, { ...who, kept: request }, work);
  } finally {
    // An assertion is written down along with it.
    if (session?.isStale)
      await noteSeen({ id: session.signedIn.sessionId, lastSeenAt: session.lastSeenAt }, new Date());
  }
}

function startAtServiceProvider(provider: Provider): Answer {
  const url = provider.loginUrl;
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return { kind: 'redirect', url };
  throw new AppError('forbidden', `Sign-in to ${provider.application.displayLabel} starts at the application.`, {
    hint: 'Open the application itself and sign in there.',
  });
}

const denied: SamlStatus = {
  code: statusCodes.responder,
  subcode: statusCodes.requestDenied,
  message: 'The person has no access to this application.',
};
