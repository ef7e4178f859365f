import type { Request } from 'express';
import type { ScimEndpoint } from '../profiles/profile';
import type { TokenRecord } from '../store/records';
import type { Tenant } from '../store/tenant';

/** Who sends a SCIM request, by its headers, in whichever of its ways each one was told to use. */
export function senderOf(tenant: Tenant, endpoint: ScimEndpoint, req: Request): TokenRecord | undefined {
  const authorization = req.get('authorization') ?? '';
  const bearer = /^Bearer\s+(\S+)\s*$/i.exec(authorization)?.[1];
  if (bearer !== undefined) {
    const token = tenant.findToken(bearer, endpoint);
    if (token && token.way === undefined) return token;
    const issued = tenant.clientOfAccessToken(bearer);
    if (issued && tenant.tokensOf(endpoint).includes(issued)) return issued;
  }
  const pair = readBasic(authorization);
  if (pair) {
    const token = tenant.findToken(pair.password, endpoint);
    if (token?.way?.kind === 'basic' && token.way.username === pair.username) return token;
  }
  return tenant.tokensOf(endpoint).find((token) => {
    if (token.way?.kind !== 'header') return false;
    return tenant.findToken(req.get(token.way.name) ?? '', endpoint) === token;
  });
}

/** User name and password of HTTP Basic (RFC 7617). */
export function readBasic(authorization: string): { username: string; password: string } | undefined {
  const encoded = /^Basic\s+(\S+)\s*$/i.exec(authorization)?.[1];
  if (encoded === undefined) return undefined;
  const [username = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return { username, password: rest.join(':') };
}
