import { type Tx, transaction } from '@/lib/db/client';
import { recordEvents } from '@/lib/events/record';
import { SamlError } from '@/lib/saml/error';
import type { LogoutResponse } from '@/lib/saml/read-logout-response';
import { statusCodes } from '@/lib/saml/schema';
import { getProvider, type Provider } from '../provider';
import { referenceOf } from './begin';
import { type IncomingLogout, receiveLogoutResponse } from './receive-message';
import { logoutEvent, recordingRefusedLogouts } from './record-logout';

/**
 * Takes the answer of a service provider to a LogoutRequest of ours.
 * @returns the logout to go on with
 * @throws SamlError or AppError, recorded as a refused sso_logout; `response_unexpected` where it answers nothing that is open
 */
export async function takeLogoutResponse(
  slug: string,
  incoming: IncomingLogout,
  clientAddress: string | null,
): Promise<string> {
  const provider = await getProvider(slug);
  return recordingRefusedLogouts(provider, clientAddress, async () => {
    const { message } = receiveLogoutResponse(provider, incoming);
    return transaction((tx) => note(tx, provider, message));
  });
}

async function note(tx: Tx, { application }: Provider, response: LogoutResponse): Promise<string> {
  const refusal = refusalIn(response);
  const asked = {
    applicationId: application.id,
    logoutRequestId: response.inResponseTo,
    endedAt: null,
    refusal: null,
  };
  const [row] = await tx.samlSession.updateManyAndReturn({
    where: asked,
    data: refusal === undefined ? { endedAt: new Date() } : { refusal },
    select: { logoutId: true, session: { select: { user: { select: { id: true, username: true } } } } },
  });
  if (!row?.logoutId) throw new SamlError('response_unexpected');
  const told = refusal
    ? {
        outcome: 'error' as const,
        code: 'not_signed_out',
        message: `${refusal} Reference ${referenceOf(row.logoutId)}.`,
      }
    : { message: 'It was asked, and said that the session has ended.' };
  await recordEvents(tx, [logoutEvent(application, row.session.user, told)]);
  return row.logoutId;
}

/** Why somebody is not signed out over there, in words; undefined where they are. */
function refusalIn({ statusCodes: codes, statusMessage }: LogoutResponse): string | undefined {
  const [first = '', ...more] = codes;
  if (first === statusCodes.success && !more.includes(statusCodes.partialLogout)) return undefined;
  const names = codes.map((code) => code.split(':').at(-1)).join(', ');
  return `It answered ${names}${statusMessage ? `: ${statusMessage}` : ''}.`.slice(0, 700);
}
