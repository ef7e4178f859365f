/**
 * Every reason for which a SAML message is refused, with the sentence that people read. Closed: docs and screens may
 * rely on it. `request_replayed` and `issuer_mismatch` are decided by the caller, who knows what was seen before.
 */
export const samlErrorReasons = {
  parameter_missing: 'A parameter that the binding needs is missing.',
  parameter_repeated: 'A parameter appears more than once or under a disguised name.',
  too_large: 'The message is larger than any honest one.',
  malformed_encoding: 'The message is not correctly encoded.',
  malformed_xml: 'The message is not well-formed XML of the plain kind that SAML uses.',
  malformed_request: 'The message does not follow the SAML 2.0 schema.',
  unsupported_version: 'Only SAML 2.0 is spoken here.',
  signature_required: 'The application requires signed messages, and this one is not signed.',
  signature_malformed: 'The signature is not of the one shape that SAML allows.',
  signature_invalid: 'The signature does not match the message with any configured SP certificate.',
  algorithm_not_allowed: 'The signature uses an algorithm or transform that is not allowed.',
  certificate_missing: 'Signed requests are required, but no SP certificate is configured.',
  certificate_unusable:
    'No configured SP certificate holds an RSA key of at least 2048 bits or an EC key on P-256, P-384 or P-521.',
  destination_missing: 'A signed message must name its Destination.',
  destination_mismatch: 'The message was meant for another address.',
  request_expired: 'The message is too old.',
  request_from_future: 'The message was issued in the future.',
  request_replayed: 'A request with this ID was already answered.',
  issuer_mismatch: 'The message comes from another service provider.',
  response_unexpected: 'This answers no request of ours, or one that was answered already.',
  principal_unknown: 'The message names nobody whose session here is known.',
  name_id_encrypted: 'The message names the person in a way that cannot be read here.',
  acs_not_registered: 'The response was asked for at an address that is not registered.',
  binding_not_supported: 'The response was asked for over a binding other than HTTP-POST.',
  encryption_certificate_unusable:
    'The encryption certificate of the service provider holds no RSA key of at least 2048 bits.',
  name_id_unusable: 'There is no NameID by which the person could be named.',
  value_not_encodable: 'A value holds characters that XML cannot carry.',
  nothing_signed: 'Neither the assertion nor the response would be signed.',
  key_mismatch: 'The certificate does not belong to the private key.',
  invalid_metadata: 'The metadata cannot be used.',
} as const;

export type SamlErrorCode = keyof typeof samlErrorReasons;

/** A refused SAML message. `code` is stable, `message` says what happened, `hint` how to mend it. */
export class SamlError extends Error {
  readonly code: SamlErrorCode;
  readonly hint: string | undefined;

  constructor(
    code: SamlErrorCode,
    message: string = samlErrorReasons[code],
    options: { hint?: string; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'SamlError';
    this.code = code;
    this.hint = options.hint;
  }
}
