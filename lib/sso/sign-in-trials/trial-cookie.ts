/** What a browser has while a sign-in of it is watched; sent to the SAML addresses of that application alone. */
export const trialCookie = 'latchkey-trial';

/** For how long a sign-in is watched, in milliseconds. */
export const trialMs = 10 * 60_000;

const pattern = /(?:^|;\s*)latchkey-trial=([\w-]{43})(?:;|$)/;

/** The token in a Cookie header; undefined where there is none, which is so for nearly everybody. */
export function trialTokenIn(header: string | undefined): string | undefined {
  return header === undefined ? undefined : pattern.exec(header)?.[1];
}
