/** An AuthnRequest as it came over the wire. */
export type IncomingRequest =
  | { binding: 'HTTP-Redirect'; rawQuery: string }
  | { binding: 'HTTP-POST'; samlRequest: string; relayState?: string };
