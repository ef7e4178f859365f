import { SamlError } from './error';
import type { AuthnRequest } from './read-authn-request';

/** How far an IssueInstant may lie from now, either way, in milliseconds. IDs must be remembered for twice as long. */
export const maxRequestSkewMs = 5 * 60_000;

/** Refuses a request that was issued too long ago, or in the future. @throws SamlError */
export function checkTimeliness(request: AuthnRequest, now: Date): void {
  const ageMs = now.getTime() - request.issueInstant.getTime();
  if (ageMs > maxRequestSkewMs) {
    throw new SamlError('request_expired', `The request was issued at ${request.issueInstant.toISOString()}.`, {
      hint: 'Start again from the application. If it happens each time, check the clocks of both servers.',
    });
  }
  if (ageMs < -maxRequestSkewMs) {
    throw new SamlError('request_from_future', `The request was issued at ${request.issueInstant.toISOString()}.`, {
      hint: 'Check the clocks of both servers.',
    });
  }
}
