import { sameJson } from '@/lib/core/same-json';
import type { Conflict } from '../../../_components/stale-notice';
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
  authnContextClass: 'Authentication context',
  ignoreRequestedAuthnContext: 'Ignore the requested authentication context',
  idpInitiated: 'Start from the user portal',
  defaultRelayState: 'Default RelayState',
  attributeStatements: 'Attributes',
  sessionMinutes: 'Session length in minutes',
  notBeforeMinutes: 'Valid from, minutes before',
  notOnOrAfterMinutes: 'Valid until, minutes after',
};

/** The settings in which what is stored now and what was typed differ, in the form's words. */
export function conflictsOf(stored: Partial<Settings> | undefined, typed: Settings): Conflict[] {
  if (!stored) return [];
  return (Object.keys(labels) as (keyof Settings)[])
    .filter((name) => !sameJson(stored[name], typed[name]))
    .map((name) => ({ name: labels[name], stored: inWords(stored[name]), typed: inWords(typed[name]) }));
}

function inWords(value: Settings[keyof Settings] | undefined): string {
  if (value === undefined || value === '') return 'empty';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value !== 'object') return String(value);
  if (!Array.isArray(value)) return value.source;
  return value.map((entry) => ('url' in entry ? entry.url : entry.name)).join(', ') || 'none';
}
