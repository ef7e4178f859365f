import { SamlError } from './error';
import type { MessageHead } from './read-head';

/**
 * Refuses a message that was issued too long ago, or in the future. IDs must be remembered for twice as long as it may be off.
 * @param skewMs how far an IssueInstant may lie from now, either way, in milliseconds
 * @throws SamlError
 */
export function checkTimeliness(request: Pick<MessageHead, 'issueInstant'>, now: Date, skewMs: number): void {
  const ageMs = now.getTime() - request.issueInstant.getTime();
  if (ageMs > skewMs) {
    throw new SamlError('request_expired', `The message was issued at ${request.issueInstant.toISOString()}.`, {
      hint: 'Start again from the application. If it happens each time, check the clocks of both servers.',
    });
  }
  if (ageMs < -skewMs) {
    throw new SamlError('request_from_future', `The message was issued at ${request.issueInstant.toISOString()}.`, {
      hint: 'Check the clocks of both servers.',
    });
  }
}
