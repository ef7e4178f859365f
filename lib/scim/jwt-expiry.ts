import { isRecord, parseJson } from './json';

/** When a token ends, where it is a JWT that says so (RFC 7519 §4.1.4). It is read, not verified: only its issuer could. */
export function expiryOfJwt(token: string): Date | undefined {
  const [, payload, signature, ...rest] = token
    .trim()
    .replace(/^bearer\s+/i, '')
    .split('.');
  if (payload === undefined || signature === undefined || rest.length > 0) return undefined;
  const claims = parseJson(Buffer.from(payload, 'base64url').toString('utf8'));
  const seconds = isRecord(claims) ? claims.exp : undefined;
  // What a Date can hold, as a date that people use: until the year 9999.
  if (typeof seconds !== 'number' || !(seconds > 0 && seconds < 253_402_300_800)) return undefined;
  return new Date(seconds * 1_000);
}
