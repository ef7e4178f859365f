import { z } from 'zod';
import { AppError } from '@/lib/core/errors';
import { db } from '@/lib/db/client';
import type { RemoteAccount, User } from '@/lib/db/generated/client';
import { listNamedAttributes } from '@/lib/directory/attribute-definitions';
import type { ScimResource } from '@/lib/scim/path';
import { accountRecord } from './internal/account-record';
import { compareWith, shownValue, takenValues, takingOf } from './internal/account-values';
import { mostMappings, reverseMappingSchema } from './settings-schema';
import type { TakenAttribute } from './taken-attributes';

/** The table as it is being edited: what cannot be read yet is said row by row. */
export const previewImportSettingsSchema = z.object({
  mappings: z.array(reverseMappingSchema.extend({ source: z.string().max(4_096) })).max(mostMappings),
  remoteId: z
    .string()
    .min(1)
    .max(1000)
    .optional()
    .describe('Of the account; absent, without `userId`: the first that is linked, or by username.'),
  userId: z.uuid().toLowerCase().optional().describe('The account of this person: linked, or of the same username.'),
});

export interface TakenPreview {
  /** Null: no account of the application was read yet. */
  account: { remoteId: string; userName: string } | null;
  /** Whose account it is: linked, or of the same username; null: nobody's, who would be created. */
  person: { id: string; displayName: string } | null;
  /** What an expression can name, of this account. */
  names: string[];
  values: {
    attribute: TakenAttribute;
    value: string | null;
    problem: string | null;
    /** As it is in the directory now. */
    before: string | null;
    /** What *update* would write. */
    updates: boolean;
  }[];
}

/** What people would take of one real account, as it was read last. @throws AppError `not_found` */
export async function previewImportSettings(
  applicationId: string,
  { mappings, remoteId, userId }: z.output<typeof previewImportSettingsSchema>,
): Promise<TakenPreview> {
  const { account, user } = userId
    ? await ofPerson(applicationId, userId)
    : await ofAccount(applicationId, remoteId ?? (await firstLinked(applicationId)));
  if (!account && (remoteId || userId))
    throw new AppError('not_found', 'No such account was read.', { field: remoteId ? 'remoteId' : 'userId' });
  if (!account) return { account: null, person: null, names: [], values: [] };
  const resource = account.resource as ScimResource;
  const custom = await listNamedAttributes();
  const values = mappings.map((mapping) => {
    const { attribute } = mapping;
    try {
      const taking = takingOf([mapping], custom);
      const taken = takenValues(account, resource, taking);
      const { person: before = null, updates = false } = (user ? compareWith(user, taken, taking)[0] : undefined) ?? {};
      const value = shownValue(taken, attribute);
      return { attribute, value, problem: taken.problems[attribute] ?? null, before, updates };
    } catch (error) {
      // A path or an expression that is being typed.
      const problem = error instanceof Error ? error.message : 'This cannot be read.';
      return { attribute, value: null, problem, before: null, updates: false };
    }
  });
  return {
    account: { remoteId: account.remoteId, userName: account.userName },
    person: user && { id: user.id, displayName: user.displayName },
    names: Object.keys(accountRecord(account, resource)).sort(),
    values,
  };
}

interface Found {
  account: RemoteAccount | null;
  user: User | null;
}

async function ofPerson(applicationId: string, userId: string): Promise<Found> {
  const user = await db.user.findUnique({ where: { id: userId } });
  const link = await db.userLink.findUnique({ where: { applicationId_userId: { applicationId, userId } } });
  const linked = link?.remoteId;
  const account = await db.remoteAccount.findFirst({
    where: { applicationId, ...(linked ? { remoteId: linked } : { userNameFolded: user?.usernameFolded ?? '' }) },
  });
  return { account, user };
}

/** @param remoteId absent: the first by username */
async function ofAccount(applicationId: string, remoteId: string | undefined): Promise<Found> {
  const account = await db.remoteAccount.findFirst({
    where: { applicationId, ...(remoteId ? { remoteId } : {}) },
    orderBy: { userNameFolded: 'asc' },
  });
  if (!account) return { account, user: null };
  const link = await db.userLink.findUnique({
    where: { applicationId_remoteId: { applicationId, remoteId: account.remoteId } },
    include: { user: true },
  });
  if (link) return { account, user: link.user };
  const user = await db.user.findFirst({ where: { usernameFolded: account.userNameFolded, deletedAt: null } });
  return { account, user };
}

async function firstLinked(applicationId: string): Promise<string | undefined> {
  const [linked] = await db.$queryRaw<{ remoteId: string }[]>`
    SELECT a.remote_id AS "remoteId" FROM user_links l
    JOIN remote_accounts a ON a.application_id = l.application_id AND a.remote_id = l.remote_id
    WHERE l.application_id = ${applicationId}::uuid ORDER BY l.remote_id LIMIT 1`;
  return linked?.remoteId;
}
