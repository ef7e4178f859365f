import { AppError } from '@/lib/core/errors';

/** The strong entity tag of a version. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

/**
 * Compares If-Match with the present version (RFC 9110, section 13.1.1): strong comparison, a list, or `*`.
 * @returns the version that the change is meant for
 * @throws AppError `precondition_required` without the header, `stale_version` where it names another version
 */
export function requireMatch(ifMatch: string | null, present: number): number {
  if (ifMatch === null) {
    throw new AppError('precondition_required', 'A change needs If-Match.', {
      field: 'If-Match',
      hint: 'Send the ETag of what you read, or * to change whatever is there now.',
    });
  }
  const tags = ifMatch.split(',').map((tag) => tag.trim());
  if (tags.includes('*') || tags.includes(etagOf(present))) return present;
  throw new AppError('stale_version', 'This was changed since you read it.', {
    field: 'If-Match',
    hint: 'Read it again, decide whether your change still holds, and send it with the new ETag.',
    details: { version: present },
  });
}
