import type { IncomingMessage } from 'node:http';
import { pathHeader, rawQueryHeader } from '@/lib/auth/request-info';
import type { Caller } from './caller';

/**
 * Writes into the request's headers what was found out about it, for everything that runs inside and reads headers:
 * ours, Next and next-auth. What the caller sent under these names is gone.
 * - X-Forwarded-For: one address, the caller's; Host: what people typed; X-Forwarded-Host and -Port: nothing.
 * - the path, which a server component cannot see otherwise, without the parameter that Next's script adds.
 * - the query as it came over the wire. Next takes every query apart and puts it together again in its own way of
 *   percent-encoding; the signature of the HTTP-Redirect binding covers the octets of the service provider's way (SAML
 *   Bindings 3.4.4.1), and half of the field writes `%2f` rather than `%2F`.
 * - the Content-Security-Policy that the answer will have: Next takes the nonce for its scripts from there.
 */
export function note(request: IncomingMessage, caller: Caller, pagePolicy: string): void {
  const { headers, url = '/' } = request;
  const at = url.indexOf('?');
  const [path, query] = at === -1 ? [url, undefined] : [url.slice(0, at), url.slice(at + 1)];
  const written: Record<string, string | undefined> = {
    host: caller.host,
    'x-forwarded-for': caller.address,
    'x-forwarded-proto': caller.protocol,
    'x-forwarded-host': undefined,
    'x-forwarded-port': undefined,
    forwarded: undefined,
    [pathHeader]: `${path}${withoutRsc(query)}`,
    [rawQueryHeader]: query !== undefined && path.startsWith('/saml2/') ? query : undefined,
    'content-security-policy': pagePolicy,
    'content-security-policy-report-only': undefined,
  };
  for (const [name, value] of Object.entries(written)) {
    if (value === undefined) delete headers[name];
    else headers[name] = value;
  }
}

function withoutRsc(query: string | undefined): string {
  const kept = query?.split('&').filter((part) => part !== '' && part !== '_rsc' && !part.startsWith('_rsc='));
  return kept && kept.length > 0 ? `?${kept.join('&')}` : '';
}
