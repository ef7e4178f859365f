import type { SamlStatus } from '@/lib/saml/answer-policy';
import { createSamlId } from '@/lib/saml/saml-id';
import { type Outgoing, sendMessage } from '@/lib/saml/send-message';
import { writeLogoutResponse } from '@/lib/saml/write-logout';
import { getSigningKey, type Provider } from '../provider';

/**
 * The answer to a LogoutRequest, for the browser to carry.
 * @returns undefined where the service provider says no address for it: then this is where the browser stays
 */
export function answerToRequest(
  provider: Provider,
  { requestId, relayState }: { requestId: string; relayState: string | undefined },
  status: SamlStatus,
): Outgoing | undefined {
  const { resolved } = provider;
  if (!resolved.ok) return undefined;
  const { logoutUrl, logoutResponseUrl, logoutBinding: binding, signatureAlgorithm: algorithm } = resolved.settings;
  const url = logoutResponseUrl ?? logoutUrl;
  if (url === undefined) return undefined;
  const message = writeLogoutResponse({
    ...{ id: createSamlId(), issuer: provider.addresses.idpEntityId, destination: url, issueInstant: new Date() },
    ...{ inResponseTo: requestId, status },
  });
  return sendMessage({ url, binding, relayState }, 'SAMLResponse', message, {
    key: getSigningKey(provider),
    algorithm,
  });
}
