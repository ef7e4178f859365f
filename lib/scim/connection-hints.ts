import type { HttpErrorCode } from '@/lib/http/errors';
import type { ScimFailure } from '@/lib/scim/failure';

const baseUrlHint =
  'Check the base URL: it is the part before /Users, with your own subdomain or tenant in it, as the application shows it.';

/** How to mend a failed request, in one or two sentences. */
export function hintForFailure(failure: ScimFailure): string {
  if (failure.hint !== undefined) return failure.hint;
  switch (failure.kind) {
    case 'unauthorized':
      return 'Copy the token again, completely. It may have been revoked or replaced, or its owner deactivated over there.';
    case 'forbidden':
      return 'The application knows the token but does not allow this. Use the token of an administrator, with permission to manage users and groups.';
    case 'not_found':
      return baseUrlHint;
    case 'not_scim':
      return failure.cause === 'redirect' ? 'Enter the address that it redirects to as the base URL.' : baseUrlHint;
    case 'endless':
      return 'The application does not page its lists as RFC 7644 says (startIndex, count). Ask its support.';
    case 'rate_limited':
      return failure.retryAfterMs === undefined
        ? 'Too many requests were made; wait a minute and test again.'
        : `Too many requests were made; test again in ${Math.ceil(failure.retryAfterMs / 1000)} s.`;
    case 'unavailable':
      return 'The application has trouble at the moment. Test again later; if it stays so, ask its support.';
    case 'conflict':
      return 'Something of the same name exists already, perhaps from an earlier test. Delete it over there and test again.';
    case 'too_many':
      return 'The application answers more than can be read at once. Ask its support for a limit per page.';
    case 'invalid':
      return 'The application refuses this request for the reason it gives. Check its own rules and the attribute mappings.';
    case 'ignored':
      return 'The application says that it has done this, and has not. Ask its support.';
    case 'withheld':
      return 'Change it in the application by hand, or ask its support to show the members of groups.';
    case 'unknown_outcome':
      return 'The answer was lost, so it is not known whether this was carried out. Test again.';
    case 'network':
      return failure.cause ? hintForHttpError(failure.cause) : 'Test again; the connection was interrupted.';
  }
}

/** How to mend what kept a request from having an answer. */
export function hintForHttpError(code: HttpErrorCode): string {
  switch (code) {
    case 'invalid_url':
    case 'invalid_request':
      return 'Correct the base URL.';
    case 'target_not_allowed':
      return 'Private addresses must be allowed by whoever runs this server, in LATCHKEY_ALLOW_PRIVATE_TARGETS.';
    case 'dns':
      return 'Check the base URL for a mistyped subdomain, and that this server can resolve names.';
    case 'connect':
      return 'Check host and port of the base URL, and that a firewall lets this server out.';
    case 'tls':
      return 'The application must present a valid certificate for this name. Of a private authority, paste its certificate under Certificate in the credentials, or pin the server’s.';
    case 'timeout':
      return 'The host takes too long. Test again; check that a firewall lets this server reach it.';
    case 'redirect':
      return 'Enter the address that it redirects to as the base URL.';
    case 'too_large':
    case 'invalid_response':
      return baseUrlHint;
    case 'reset':
      return 'The host closed the connection. Test again; a proxy or firewall in between may refuse it.';
    case 'aborted':
      return 'Test again.';
  }
}
