import type { AppError } from '@/lib/core/errors';
import type { SamlError } from '@/lib/saml/error';

/** Who reads why a sign-in did not come about: who administers or helps can do something about the cause, others cannot. */
export type Reader = 'staff' | 'person';

export interface Explanation {
  title: string;
  message: string;
  hint: string | undefined;
}

/** What everybody can do something about: it says so itself, to everybody. */
const forEverybody = new Set([
  'forbidden',
  'network_not_allowed',
  'conflict',
  'not_found',
  'not_active',
  'request_expired',
  'request_replayed',
  'rate_limited',
]);

/**
 * A refused sign-in in the words of its reader. Staff are told the cause and where it is mended; others what it means for
 * them, and whom to ask. The code, by which staff find the cause in the events, stands on the page for both. Pure.
 * @param signsOut it was a logout
 */
export function explainRefusal(error: AppError | SamlError, reader: Reader, signsOut = false): Explanation {
  const title = titleOf(error, signsOut);
  if (reader === 'staff') return { title, message: error.message, hint: error.hint };
  if (forEverybody.has(error.code)) return { title, message: error.message, hint: hintFor(error) };
  return {
    title,
    message:
      error.code === 'name_id_unusable'
        ? 'Something that the application knows people by is missing from your account here.'
        : 'The application and Latchkey do not understand each other. It is nothing that you did, or can mend.',
    hint: `Tell your administrator, with the ${signsOut ? 'code' : 'reference'} below.`,
  };
}

/** How others mend it, where staff would be told of tabs and groups. */
function hintFor({ code, hint }: AppError | SamlError): string | undefined {
  if (code === 'not_active') return 'Ask your administrator, or sign in at the application itself.';
  if (code === 'not_found') return 'Open the application from your applications.';
  return hint;
}

function titleOf(error: AppError | SamlError, signsOut: boolean): string {
  if (error.code === 'forbidden' || error.code === 'network_not_allowed') return 'Access denied';
  if (error.code === 'not_found') return 'There is no application here';
  if (error.code === 'not_active') return 'Single sign-on is not active';
  if (signsOut) {
    return error.code === 'request_replayed'
      ? 'This sign-out was completed before'
      : 'The sign-out could not be completed';
  }
  if (error.code === 'request_replayed') return 'This sign-in was completed before';
  if (error.code === 'request_expired') return 'This sign-in is too old';
  if (error.code === 'rate_limited') return 'Too many sign-ins';
  return 'The sign-in could not be completed';
}
