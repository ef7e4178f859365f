import { inWords } from '@/components/patterns/conflict';
import type { SsoFormValues } from './form-types';

type Settings = SsoFormValues['settings'];

const labels: Record<keyof Settings, string> = {
  spEntityId: 'SP Entity ID',
  audience: 'Audience',
  acsUrls: 'ACS URLs',
  loginUrl: 'Login URL',
  nameIdFormat: 'NameID format',
  nameIdFormatForced: 'Always answer in this format',
  nameIdSource: 'NameID source',
  legacyNameId: 'NameID as before',
  signAssertion: 'Sign assertion',
  signResponse: 'Sign response',
  signatureAlgorithm: 'Signature algorithm',
  requireSignedRequests: 'Require signed requests',
  encryptAssertion: 'Encrypt assertion',
  encryptNameId: 'Encrypt NameID',
  encryptionCertificate: 'Encryption certificate',
  encryptionAlgorithm: 'Encryption algorithm',
  authnContextClass: 'Authentication context',
  ignoreRequestedAuthnContext: 'Ignore the requested authentication context',
  idpInitiated: 'Start from the user portal',
  defaultRelayState: 'Default RelayState',
  attributeStatements: 'Attributes',
  sessionMinutes: 'Session length in minutes',
  notBeforeMinutes: 'Valid from, minutes before',
  notOnOrAfterMinutes: 'Valid until, minutes after',
};

/** The settings as they are compared with what somebody else saved. */
export const comparedSettings = Object.fromEntries(
  Object.entries(labels).map(([name, label]) => [name, { label, say: settingInWords }]),
);

/** ACS URLs, attributes and the source of NameID are told by what names them. */
function settingInWords(value: unknown): string {
  if (Array.isArray(value)) return inWords(value.map(nameOf));
  return inWords(nameOf(value));
}

function nameOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('url' in value) return value.url;
  if ('name' in value) return value.name;
  return 'source' in value ? value.source : value;
}
