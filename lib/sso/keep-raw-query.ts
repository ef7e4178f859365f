import { type IncomingMessage, Server } from 'node:http';

/** In-process header with the query of a request to the SSO IdP URL as it came over the wire. */
export const rawQueryHeader = 'x-latchkey-raw-query';

const installed = Symbol.for('latchkey.keep-raw-query');

/**
 * Next takes every query apart and puts it together again in its own way of percent-encoding; the signature of the
 * HTTP-Redirect binding covers the octets of the service provider's way (SAML Bindings 3.4.4.1), and half of the field
 * writes `%2f` rather than `%2F`. So the query is noted before Next sees the request. What a caller sends under the
 * header's name is overwritten. Call once, when the process starts.
 */
export function keepRawQuery(): void {
  const prototype = Server.prototype as Server & { [installed]?: true };
  if (prototype[installed]) return;
  prototype[installed] = true;
  const emit = prototype.emit as (this: Server, event: string | symbol, ...args: unknown[]) => boolean;
  prototype.emit = function (this: Server, event: string | symbol, ...args: unknown[]) {
    if (event === 'request') note(args[0] as IncomingMessage);
    return emit.call(this, event, ...args);
  };
}

function note(request: IncomingMessage): void {
  delete request.headers[rawQueryHeader];
  const url = request.url ?? '';
  const at = url.indexOf('?');
  if (at !== -1 && url.startsWith('/saml2/')) request.headers[rawQueryHeader] = url.slice(at + 1);
}
