import { AppError } from '@/lib/core/errors';
import { ScimError, type ScimErrorType } from '@/lib/scim/server/scim-error';
import { scimNameOf } from '../read-user';

/** What was changed by somebody else meanwhile: the request is to be read against what is there now. */
export class Overtaken extends Error {
  override name = 'Overtaken';
}

/** A refusal of the directory, as SCIM says it (RFC 7644 §3.12); anything else as it came. */
export function asScimError(error: unknown): unknown {
  if (!(error instanceof AppError)) return error;
  const [status, scimType] = kindOf(error);
  const at = error.field ? `${scimNameOf(error.field)}: ` : '';
  return new ScimError(status, [`${at}${error.message}`, error.hint].filter(Boolean).join(' '), scimType);
}

function kindOf({ code }: AppError): [status: number, scimType?: ScimErrorType] {
  switch (code) {
    case 'already_exists':
      return [409, 'uniqueness'];
    case 'invalid_input':
      return [400, 'invalidValue'];
    case 'search_too_slow':
      return [400, 'tooMany'];
    case 'not_found':
      return [404];
    case 'last_administrator':
    case 'owned_by_source':
      return [403, 'mutability'];
    case 'rate_limited':
      return [429];
    case 'body_too_large':
      return [413];
    default:
      return [409];
  }
}

/** Whether a text can be an id: the database takes no other. */
export function isId(text: string): boolean {
  return /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);
}

/** The refusal for what is no id, or nobody's of this source. */
export function notFound(kind: 'User' | 'Group'): ScimError {
  return new ScimError(404, `There is no ${kind} of this id that this source owns.`);
}

/** @throws ScimError 412 where If-Match names another version (RFC 7644 §3.14) */
export function assertMatches(ifMatch: string | null, etag: string): void {
  if (ifMatch === null || ifMatch.trim() === '*') return;
  const tags = ifMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (tags.includes(etag.replace(/^W\//, ''))) return;
  throw new ScimError(412, 'It was changed since: its version is another one.');
}

const mostAttempts = 20;

/** A change that was overtaken begins again with what is there now. */
export async function untilNotOvertaken<T>(change: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await change();
    } catch (error) {
      if (!(error instanceof Overtaken) || attempt >= mostAttempts) throw error;
    }
  }
}
