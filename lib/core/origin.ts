/** The address that browsers, mails and service providers use (`ORIGIN`), without a trailing slash. */
export function publicOrigin(): string {
  return (process.env.ORIGIN ?? process.env.NEXTAUTH_URL ?? 'http://localhost:3000').replace(/\/$/, '');
}
