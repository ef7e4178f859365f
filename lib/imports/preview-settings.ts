import { z } from 'zod';
import { AppError } from '@/lib/core/errors';
import { db } from '@/lib/db/client';
import { ExpressionError } from '@/lib/mappings/expression-error';
import type { ScimResource } from '@/lib/scim/path';
import { accountRecord } from './internal/account-record';
import { type Taking, takenValues, takingOf } from './internal/account-values';
import { reverseMappingSchema } from './settings-schema';
import type { TakenAttribute } from './taken-attributes';

/** The table as it is being edited: what cannot be read yet is said row by row. */
export const previewImportSettingsSchema = z.object({
  mappings: z.array(reverseMappingSchema.extend({ source: z.string().max(4_096) })).max(20),
  remoteId: z.string().min(1).max(1000).optional().describe('Of the account; absent: the first by username.'),
});

export interface TakenPreview {
  /** Null: no account of the application was read yet. */
  account: { remoteId: string; userName: string } | null;
  /** What an expression can name, of this account. */
  names: string[];
  values: { attribute: TakenAttribute; value: string | null; problem: string | null }[];
}

/** What people would take of one real account, as it was read last. @throws AppError `not_found` */
export async function previewImportSettings(
  applicationId: string,
  { mappings, remoteId }: z.output<typeof previewImportSettingsSchema>,
): Promise<TakenPreview> {
  const account = await db.remoteAccount.findFirst({
    where: { applicationId, ...(remoteId ? { remoteId } : {}) },
    orderBy: { userNameFolded: 'asc' },
  });
  if (!account && remoteId) throw new AppError('not_found', 'No such account was read.', { field: 'remoteId' });
  if (!account) return { account: null, names: [], values: [] };
  const resource = account.resource as ScimResource;
  const values = mappings.map((mapping) => {
    const { attribute } = mapping;
    try {
      const taking: Taking = takingOf([mapping]);
      const taken = takenValues(account, resource, taking);
      return { attribute, value: taken.values[attribute] || null, problem: taken.problems[attribute] ?? null };
    } catch (error) {
      if (error instanceof ExpressionError) return { attribute, value: null, problem: error.message };
      // A path that is being typed.
      return { attribute, value: null, problem: error instanceof Error ? error.message : 'This cannot be read.' };
    }
  });
  return {
    account: { remoteId: account.remoteId, userName: account.userName },
    names: Object.keys(accountRecord(account, resource)).sort(),
    values,
  };
}
