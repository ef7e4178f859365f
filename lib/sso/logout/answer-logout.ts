import { type Tx, transaction } from '@/lib/db/client';
import { recordEvents } from '@/lib/events/record';
import type { SamlStatus } from '@/lib/saml/answer-policy';
import { SamlError } from '@/lib/saml/error';
import { statusCodes } from '@/lib/saml/schema';
import type { Caller } from '../ask';
import { rememberedMs } from '../carry-request';
import { getProvider, type Provider } from '../provider';
import { requireActive } from '../receive-request';
import { beginLogout } from './begin';
import { type CarriedLogout, carryLogout, openCarriedLogout } from './carry-logout';
import { goOn, type LogoutStep } from './go-on';
import { type MatchedSession, matchSessions } from './match-sessions';
import { type IncomingLogout, receiveLogoutRequest } from './receive-message';
import { logoutEvent, recordingRefusedLogouts } from './record-logout';
import { answerToRequest } from './respond';

/**
 * Carries out a LogoutRequest that came by redirect (SAML Profiles 4.4).
 * @param caller whose session the browser carries, if any
 * @throws SamlError or AppError for a plain page; recorded as a refused sso_logout
 */
export async function answerLogoutRequest(
  slug: string,
  incoming: IncomingLogout,
  caller: Caller | undefined,
  clientAddress: string | null,
): Promise<LogoutStep> {
  const provider = await getProvider(slug);
  return recordingRefusedLogouts(provider, clientAddress, () =>
    carryOut(provider, received(provider, incoming), caller, clientAddress),
  );
}

/** Verifies one that came by POST, without the session's cookie. @returns what the browser comes back with @throws as above */
export async function receiveLogoutPost(
  slug: string,
  incoming: IncomingLogout,
  clientAddress: string | null,
): Promise<string> {
  const provider = await getProvider(slug);
  return recordingRefusedLogouts(provider, clientAddress, async () =>
    carryLogout(provider.application.id, received(provider, incoming)),
  );
}

/** Goes on with one that came by POST. @param carried as {@link receiveLogoutPost} gave it @throws as above */
export async function answerCarriedLogout(
  slug: string,
  carried: string,
  caller: Caller | undefined,
  clientAddress: string | null,
): Promise<LogoutStep> {
  const provider = await getProvider(slug);
  return recordingRefusedLogouts(provider, clientAddress, () =>
    carryOut(provider, openCarriedLogout(provider.application.id, carried), caller, clientAddress),
  );
}

function received(provider: Provider, incoming: IncomingLogout): CarriedLogout {
  const { message, signed, relayState } = receiveLogoutRequest(provider, incoming);
  const { id, nameId, sessionIndexes } = message;
  const request = { id, nameId, sessionIndexes };
  return { request, binding: incoming.binding, signed, relayState, receivedAtMs: Date.now() };
}

async function carryOut(
  provider: Provider,
  carried: CarriedLogout,
  caller: Caller | undefined,
  clientAddress: string | null,
): Promise<LogoutStep> {
  const { request, signed, relayState } = carried;
  const { application } = provider;
  const settings = requireActive(provider);
  if (!signed && request.sessionIndexes.length === 0) {
    throw new SamlError('signature_required', 'An unsigned LogoutRequest has to name the SessionIndex.', {
      hint: 'Let the application sign its LogoutRequests, and add its certificate on the SSO tab.',
    });
  }
  const begun = await transaction(async (tx) => {
    const matched = await matchSessions(tx, provider, settings.spEntityId, request);
    // Anybody could have sent what nobody signed: it ends what this browser has, and nothing else.
    const meant = signed ? matched : matched.filter(({ sessionId }) => sessionId === caller?.sessionId);
    const [first] = meant;
    if (!first) return { status: unknownPrincipal };
    const open = meant.filter(({ isOpen }) => isOpen);
    // Nothing is kept of what ends nothing: whoever sends requests by the thousand fills no table.
    if (open.length === 0) return { status: { code: statusCodes.success } };
    await noteOnce(tx, application.id, request.id);
    return { logoutId: await end(tx, provider, carried, open, caller, clientAddress) };
  });
  if (begun.logoutId !== undefined) return goOn(begun.logoutId);
  const status: SamlStatus = begun.status ?? { code: statusCodes.success };
  const outgoing = answerToRequest(provider, { requestId: request.id, relayState }, status);
  const refused = status === unknownPrincipal ? new SamlError('principal_unknown', status.message) : undefined;
  if (!outgoing) throw refused ?? new SamlError('request_replayed', 'This session was ended before.');
  if (refused) await recordingRefusedLogouts(provider, clientAddress, () => Promise.reject(refused)).catch(() => {});
  return { kind: 'send', outgoing, application: application.displayLabel, isLast: true };
}

/** Ends all that was meant, here first. */
function end(
  tx: Tx,
  { application }: Provider,
  { request, binding, signed, relayState }: CarriedLogout,
  open: readonly MatchedSession[],
  caller: Caller | undefined,
  clientAddress: string | null,
): Promise<string | undefined> {
  const [{ userId = '', username = '' } = {}] = open;
  const person = { id: userId, username };
  const sessionIds = [...new Set(open.map(({ sessionId }) => sessionId))];
  const actor = { ...person, name: username, clientAddress };
  const how = `${binding}, ${signed ? 'signed' : 'unsigned'} request.`;
  return recordEvents(tx, [logoutEvent(application, person, { message: `SP-initiated, ${how}` }, actor)]).then(() =>
    beginLogout(tx, {
      ...{ person, sessionIds, actor },
      browserSessionId: sessionIds.find((id) => id === caller?.sessionId),
      message: `${application.displayLabel} asked for it.`,
      startedBy: { applicationId: application.id, requestId: request.id, relayState },
    }),
  );
}

/** Each request is carried out once. @throws SamlError request_replayed */
async function noteOnce(tx: Tx, applicationId: string, requestId: string): Promise<void> {
  const now = new Date();
  const { count } = await tx.authnRequest.createMany({
    data: [{ applicationId, requestId, answeredAt: now, expiresAt: new Date(now.getTime() + rememberedMs) }],
    skipDuplicates: true,
  });
  if (count === 0) {
    throw new SamlError('request_replayed', 'This sign-out was carried out already.', {
      hint: 'You can close this page.',
    });
  }
}

const unknownPrincipal: SamlStatus = {
  code: statusCodes.requester,
  subcode: statusCodes.unknownPrincipal,
  message: 'No session of this name is known here. It may have ended before.',
};
