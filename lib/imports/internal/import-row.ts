import { assertUsernameFree } from '@/lib/applications/assert-username-free';
import { assertMayName, type Naming } from '@/lib/applications/naming-rule';
import { AppError } from '@/lib/core/errors';
import { storedName } from '@/lib/core/fold-name';
import { nameProblem } from '@/lib/core/text';
import type { Tx } from '@/lib/db/client';
import { type ImportRow, Prisma, type User } from '@/lib/db/generated/client';
import { createImportedUser } from '@/lib/directory/create-imported-user';
import { updateImportedUser } from '@/lib/directory/update-imported-user';
import { userTarget } from '@/lib/directory/user-target';
import type { Actor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import type { Changes } from '@/lib/events/schema';
import type { ScimResource } from '@/lib/scim/path';
import { findAuthority } from '@/lib/tokens/authority';
import { isLinking } from '../schema';
import { accountValues, type Taking, updatedValues } from './account-values';
import { assertMayUpdate } from './may-update';
import { namingOf } from './naming';

/** What every row of an import shares. */
export interface RowContext {
  importId: string;
  actor: Actor;
  application: { id: string; displayLabel: string; usernameFormat: string };
  /** What people take of accounts. */
  taking: Taking;
}

/**
 * Carries out what was decided for one account, in the caller's transaction: a new person or a known one, and the link to
 * the account. The link is not managed before the person is in scope (see planUser): it holds no `lastSent`.
 * @throws AppError with the reason, when the directory or the link does not allow it; the transaction is lost then
 */
export async function importRow(tx: Tx, context: RowContext, row: ImportRow): Promise<void> {
  const { application, actor } = context;
  const linking = isLinking(row.decision);
  if (row.decision !== 'create' && !linking) {
    throw new AppError('conflict', 'It is not decided what is to be done with this account.');
  }
  const account = await tx.remoteAccount.findUnique({
    where: { applicationId_remoteId: { applicationId: application.id, remoteId: row.remoteId } },
    select: { resource: true },
  });
  const resource = account?.resource as ScimResource | undefined;
  await assertFree(tx, application.id, row);
  const user = linking
    ? await knownPerson(tx, row)
    : await createImportedUser(tx, actor, accountValues(row, resource, context.taking), application);
  const naming = await namingOf(tx, application, user, row);
  if (linking) await assertMayLink(tx, actor, row, naming);
  await assertNameFits(tx, application, user, row);
  await linkAccount(tx, application.id, user, row, resource);
  const renamed = await keepAccountName(tx, application.id, row, naming);
  if (row.decision === 'update') await takeOver(tx, context, { row, resource, user });
  await tx.importRow.update({
    where: { importId_remoteId: { importId: row.importId, remoteId: row.remoteId } },
    data: { state: 'done', userId: user.id, error: Prisma.DbNull },
  });
  await recordEvents(tx, [
    {
      name: 'user_import',
      actor,
      application,
      target: userTarget(user),
      message: linking ? 'Linked to an existing person.' : 'Created from the account.',
      changes: { account: { from: null, to: row.userName }, ...renamed },
    },
  ]);
}

/** The application's values become the person's; the names by which they sign in stay. */
async function takeOver(
  tx: Tx,
  { actor, application, taking }: RowContext,
  { row, resource, user }: { row: ImportRow; resource: ScimResource | undefined; user: User },
): Promise<void> {
  assertMayUpdate(await Promise.all(answering(actor, row).map((one) => findAuthority(tx, one))));
  await updateImportedUser(tx, actor, user, updatedValues(row, resource, taking), application);
}

/** Who confirmed it, and who chose it where somebody did. */
function answering(actor: Actor, row: ImportRow): Pick<Actor, 'id' | 'tokenId'>[] {
  const chosen = { id: row.decidedById, ...(row.decidedByTokenId ? { tokenId: row.decidedByTokenId } : {}) };
  return row.decidedAt ? [actor, chosen] : [actor];
}

/**
 * Time has passed since it was chosen and confirmed: both are asked about as they are now, and a name that has changed
 * meanwhile was chosen by nobody.
 */
async function assertMayLink(tx: Tx, actor: Actor, row: ImportRow, naming: Naming): Promise<void> {
  await assertMayName(tx, answering(actor, row), naming);
  if (!naming.otherName || row.decidedAt) return;
  const { displayName } = naming.user;
  throw new AppError('conflict', `The account is called “${row.userName}”, ${displayName} signs in by another name.`, {
    hint: 'Nobody has chosen that yet: choose the link once more, then retry.',
  });
}

/** Nobody else was linked to the account since it was listed. */
async function assertFree(tx: Tx, applicationId: string, row: ImportRow): Promise<void> {
  const owner = await tx.userLink.findUnique({
    where: { applicationId_remoteId: { applicationId, remoteId: row.remoteId } },
    select: { user: { select: { displayName: true } } },
  });
  if (!owner) return;
  throw new AppError('conflict', `This account is linked to ${owner.user.displayName} already.`);
}

/**
 * With the link the person is signed in by the account's name: it has to be one, and nobody else's.
 * @throws AppError `invalid_input`, `already_exists`
 */
async function assertNameFits(
  tx: Tx,
  application: RowContext['application'],
  user: User,
  row: ImportRow,
): Promise<void> {
  if (row.userName === '') return;
  const problem = nameProblem('The username of this account', row.userName);
  if (problem) throw new AppError('invalid_input', problem, { hint: 'Correct it in the application and fetch again.' });
  await assertUsernameFree(tx, application, { userId: user.id, applicationUsername: row.userName });
}

async function knownPerson(tx: Tx, row: ImportRow): Promise<User> {
  // Held until the end: of two accounts that are to be linked to one person, the second one sees the first one's link.
  await tx.$queryRaw`SELECT id FROM users WHERE id = ${row.userId}::uuid FOR NO KEY UPDATE`;
  const user = row.userId ? await tx.user.findUnique({ where: { id: row.userId } }) : null;
  if (user && !user.deletedAt) return user;
  throw new AppError('not_found', 'The person it was to be linked to is not in the directory any more.', {
    hint: 'Choose somebody else, or create a new person.',
  });
}

async function linkAccount(
  tx: Tx,
  applicationId: string,
  user: User,
  row: ImportRow,
  resource: ScimResource | undefined,
): Promise<void> {
  const account = {
    remoteId: row.remoteId,
    accountName: row.userName === '' ? null : storedName(row.userName),
    takenOver: true,
    state: 'imported' as const,
    lastSent: Prisma.DbNull,
    lastRead: (resource as Prisma.InputJsonValue | undefined) ?? Prisma.DbNull,
    lastError: Prisma.DbNull,
  };
  await tx.$queryRaw`SELECT id FROM user_links WHERE application_id = ${applicationId}::uuid AND user_id = ${user.id}::uuid FOR NO KEY UPDATE`;
  const link = await tx.userLink.findUnique({ where: { applicationId_userId: { applicationId, userId: user.id } } });
  if (!link) {
    await tx.userLink.create({ data: { applicationId, userId: user.id, ...account } }).catch(asLinked);
    return;
  }
  if (link.remoteId && link.state !== 'deleted') {
    throw new AppError('conflict', `${user.displayName} is linked to another account of this application.`, {
      hint: 'Keep one of the two accounts: release or remove the other one first.',
    });
  }
  if (link.state === 'released') {
    throw new AppError('conflict', `${user.displayName} was released in this application.`, {
      hint: 'Take the person back under management first.',
    });
  }
  if (link.leaseUntil && link.leaseUntil > new Date()) {
    throw new AppError('conflict', `${user.displayName} is being provisioned at this moment.`, {
      hint: 'Retry in a few seconds.',
    });
  }
  await tx.userLink.update({ where: { id: link.id }, data: account }).catch(asLinked);
}

/** Somebody was linked in between, by a cycle for example. */
function asLinked(error: unknown): never {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError) || error.code !== 'P2002') throw error;
  throw new AppError('conflict', 'The account or the person was linked at this very moment.', {
    hint: 'Fetch again to see to whom.',
  });
}

/**
 * Where the application knows the person by another name than now, that becomes their application username: sign-in and
 * account agree, and nothing tries to rename the account.
 */
async function keepAccountName(tx: Tx, applicationId: string, row: ImportRow, naming: Naming): Promise<Changes> {
  const { user, otherName } = naming;
  if (!otherName || row.userName === '') return {};
  const data = { applicationUsername: row.userName };
  await tx.applicationUser.upsert({
    where: { applicationId_userId: { applicationId, userId: user.id } },
    create: { applicationId, userId: user.id, ...data },
    update: data,
  });
  return { applicationUsername: { from: otherName.from, to: row.userName } };
}
