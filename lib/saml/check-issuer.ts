import { SamlError } from './error';
import type { MessageHead } from './read-head';
import type { SsoSettings } from './schema';

/** Refuses the message of another service provider at this application's endpoint. @throws SamlError issuer_mismatch */
export function checkIssuer(request: Pick<MessageHead, 'issuer'>, settings: Pick<SsoSettings, 'spEntityId'>): void {
  if (request.issuer === settings.spEntityId) return;
  throw new SamlError('issuer_mismatch', `The message comes from ${request.issuer.slice(0, 300)}.`, {
    hint: `Make the SP Entity ID here (${settings.spEntityId}) and the issuer in the application the same.`,
  });
}
