import type { SamlStatus } from './answer-policy';
import { element, textElement } from './xml/element';

/** A Status (SAML Core 3.2.2.1). @throws SamlError value_not_encodable */
export function writeStatus({ code, subcode, message }: SamlStatus): string {
  const second = subcode === undefined ? '' : element('samlp:StatusCode', { Value: subcode });
  const told = message === undefined ? '' : textElement('samlp:StatusMessage', {}, message);
  return element('samlp:Status', {}, element('samlp:StatusCode', { Value: code }, second) + told);
}
