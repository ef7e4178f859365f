import { Prisma } from '@/lib/db/generated/client';
import type { ScimFailure } from '@/lib/scim/failure';

/**
 * What failed as one is one failure, however many went with it: a `/Bulk` that is refused or has no answer says something of the request, and of nobody
 * in it. Everybody who counts failures counts by these: blame.ts while a cycle goes on, {@link countedFailures} when it is over. What a part of an
 * answer says of one person is a failure of their own.
 * @returns whom the failure is to be counted against: the request, or the link itself
 */
export function failingSubject({ asOne }: ScimFailure, linkId: string): string {
  return asOne ?? linkId;
}

/** The error of an operation, as it is kept: with the request that it failed with. */
export function keptError(error: { code: string; message: string }, { asOne }: ScimFailure): KeptError {
  return { code: error.code, message: error.message, ...(asOne === undefined ? {} : { asOne }) };
}

export interface KeptError {
  code: string;
  message: string;
  asOne?: string;
}

/** How many failures there are in these rows of cycle_outcomes. */
export const countedFailures = Prisma.sql`count(DISTINCT coalesce(error ->> 'asOne', link_id::text)) FILTER (WHERE outcome = 'error')`;
