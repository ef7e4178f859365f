import { checkDestination } from './check-destination';
import { checkTimeliness } from './check-timeliness';
import { SamlError } from './error';
import { type Expectations, type OpenedMessage, skewOf } from './open-message';
import { type LogoutRequest, readLogoutRequest } from './read-logout-request';
import { type LogoutResponse, readLogoutResponse } from './read-logout-response';

/** Reads and judges the LogoutRequest in a message that was opened. @throws SamlError */
export function acceptLogoutRequest({ root, signed }: OpenedMessage, expected: Expectations): LogoutRequest {
  const request = readLogoutRequest(root);
  checkDestination(request, expected.destination, signed);
  checkTimeliness(request, expected.now, skewOf(expected));
  const { notOnOrAfter } = request;
  if (notOnOrAfter && notOnOrAfter.getTime() + skewOf(expected) <= expected.now.getTime()) {
    throw new SamlError('request_expired', `The message was good until ${notOnOrAfter.toISOString()}.`, {
      hint: 'Sign out at the application again. If it happens each time, check the clocks of both servers.',
    });
  }
  return request;
}

/** The same of a LogoutResponse. Which request it answers is the caller's to check. @throws SamlError */
export function acceptLogoutResponse({ root, signed }: OpenedMessage, expected: Expectations): LogoutResponse {
  const response = readLogoutResponse(root);
  checkDestination(response, expected.destination, signed);
  checkTimeliness(response, expected.now, skewOf(expected));
  return response;
}
