import { randomUUID } from 'node:crypto';
import { AppError } from '@/lib/core/errors';
import { sameJson } from '@/lib/core/same-json';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { checkIssuer } from '@/lib/saml/check-issuer';
import { chooseAcs } from '@/lib/saml/choose-acs';
import { SamlError } from '@/lib/saml/error';
import type { AuthnRequest } from '@/lib/saml/read-authn-request';
import { receivePost } from '@/lib/saml/receive-post';
import { receiveRedirect } from '@/lib/saml/receive-redirect';
import type { ReceivedRequest } from '@/lib/saml/receive-request';
import type { SsoSettings } from '@/lib/saml/schema';
import { alreadyAnswered } from './ask';
import { getProvider, type Provider } from './provider';
import { recordRefusal } from './record-sign-in';

/** An AuthnRequest as it came over the wire. */
export type IncomingRequest =
  | { binding: 'HTTP-Redirect'; rawQuery: string }
  | { binding: 'HTTP-POST'; samlRequest: string; relayState?: string };

/** Minutes that a person has for signing in before the request is forgotten; longer than replays could be in time. */
const patienceMinutes = 30;

/** What is kept of a request until it is answered. */
export interface KeptRequest {
  request: Omit<AuthnRequest, 'issueInstant'>;
  binding: IncomingRequest['binding'];
  signed: boolean;
  warnings: string[];
}

/**
 * Verifies a request, refuses one that was answered, and keeps it until somebody is signed in.
 * @returns the id under which it is kept
 * @throws SamlError or AppError, recorded as a refused sso_auth
 */
export async function receiveRequest(
  slug: string,
  incoming: IncomingRequest,
  clientAddress: string | null,
): Promise<{ id: string }> {
  const provider = await getProvider(slug);
  // Real time, whatever the demo clock says: the service provider's clock is real.
  const now = new Date();
  try {
    const settings = requireActive(provider);
    const received = verify(provider, settings, incoming, now);
    checkIssuer(received.request, settings);
    chooseAcs(received.request, settings);
    return { id: await keep(provider, received, incoming.binding, now) };
  } catch (error) {
    if (error instanceof SamlError || error instanceof AppError)
      await recordRefusal(provider, error, { clientAddress });
    throw error;
  }
}

/** @throws AppError `not_active`, for people */
export function requireActive(provider: Provider): SsoSettings {
  const { application, resolved } = provider;
  if (application.ssoStatus === 'active' && resolved.ok) return resolved.settings;
  throw new AppError('not_active', `Single sign-on to ${application.displayLabel} is not active.`, {
    hint: 'Ask your administrator to activate it, or sign in at the application itself.',
  });
}

function verify(provider: Provider, settings: SsoSettings, incoming: IncomingRequest, now: Date): ReceivedRequest {
  const expected = {
    destination: provider.addresses.idpUrl,
    certificates: settings.spCertificates,
    requireSigned: settings.requireSignedRequests,
    now,
  };
  if (incoming.binding === 'HTTP-Redirect') return receiveRedirect({ ...expected, rawQuery: incoming.rawQuery });
  const { samlRequest, relayState } = incoming;
  return receivePost({ ...expected, samlRequest, ...(relayState === undefined ? {} : { relayState }) });
}

/** The unique index on the request's ID is what refuses a replay, from whichever process it comes. */
async function keep(
  provider: Provider,
  received: ReceivedRequest,
  binding: IncomingRequest['binding'],
  now: Date,
): Promise<string> {
  const { issueInstant: _, ...request } = received.request;
  const kept: KeptRequest = { request, binding, signed: received.signed, warnings: received.warnings };
  const relayState = received.relayState ?? null;
  try {
    const row = await db.authnRequest.create({
      data: {
        // Random throughout: whoever knows it can go on with the request.
        id: randomUUID(),
        applicationId: provider.application.id,
        requestId: request.id,
        request: JSON.parse(JSON.stringify(kept)),
        relayState,
        receivedAt: now,
        expiresAt: new Date(now.getTime() + patienceMinutes * 60_000),
      },
    });
    return row.id;
  } catch (error) {
    if (!(error instanceof Prisma.PrismaClientKnownRequestError) || error.code !== 'P2002') throw error;
    return goOn(provider, kept, relayState, now);
  }
}

/**
 * A request that came before and waits for its answer is gone on with: the same link opened twice, a page reloaded, or gone
 * back to. It is answered once all the same. @throws SamlError `request_replayed`
 */
async function goOn(provider: Provider, kept: KeptRequest, relayState: string | null, now: Date): Promise<string> {
  const key = { applicationId: provider.application.id, requestId: kept.request.id };
  const row = await db.authnRequest.findUnique({ where: { applicationId_requestId: key } });
  if (row && !row.answeredAt && row.expiresAt > now) {
    if (sameJson(row.request, kept) && row.relayState === relayState) return row.id;
    throw new SamlError('request_replayed', 'Another sign-in with the same ID is under way.', {
      hint: 'The application must give every request an ID of its own. Start again there.',
    });
  }
  throw alreadyAnswered(provider);
}
