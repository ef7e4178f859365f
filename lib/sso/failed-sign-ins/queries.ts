import { readStandings } from '@/lib/applications/standings';
import { AppError } from '@/lib/core/errors';
import type { Page } from '@/lib/core/pagination';
import { db, type Tx } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { type Keyed, readPage } from '@/lib/db/keyset';
import { type Access, decideBy } from '../access';
import { findProvider, type Provider } from '../provider';
import { explainFailure } from './explain-failure';
import type { Explanation } from './explanation';
import { readReference, showReference } from './reference';
import { type AskedRequest, askedRequestSchema } from './schema';

/** A sign-in that did not come about, as often as it did not. */
export interface FailedSignInRow {
  id: string;
  /** As the page says that people saw. */
  reference: string;
  /** Null: there is none at that address. */
  applicationId: string | null;
  /** Who was signed in. */
  person: { id: string; username: string; displayName: string } | null;
  code: string;
  /** In plain words, with a fix where there is one. */
  explanation: Explanation;
  clientAddress: string | null;
  firstAt: Date;
  lastAt: Date;
  count: number;
}

export interface FailedSignIn extends FailedSignInRow {
  application: { id: string; displayLabel: string } | null;
  asked: AskedRequest;
}

/** As a search finds it. */
export interface FoundFailure {
  id: string;
  reference: string;
  /** Its label. */
  application: string | null;
}

interface Stored {
  id: string;
  reference: string;
  applicationId: string | null;
  userId: string | null;
  username: string | null;
  displayName: string | null;
  code: string;
  message: string;
  hint: string | null;
  clientAddress: string | null;
  asked: unknown;
  firstAt: Date;
  lastAt: Date;
  count: number;
}

const stored = Prisma.sql`f.id, f.reference, f.application_id AS "applicationId", f.user_id AS "userId", u.username, u.display_name AS "displayName",
  f.code, f.message, f.hint, f.client_address AS "clientAddress", f.asked, f.first_at AS "firstAt", f.last_at AS "lastAt", f.count`;
const tables = Prisma.sql`failed_sign_ins f LEFT JOIN users u ON u.id = f.user_id`;

/** Failed sign-ins of an application, the last first; there are 200 at most. @throws AppError `not_found` */
export async function listFailedSignIns(
  applicationId: string,
  { cursor, limit = 50 }: { cursor?: string | undefined; limit?: number },
): Promise<Page<FailedSignInRow>> {
  const provider = await findProvider(db, { id: applicationId });
  if (!provider) throw new AppError('not_found', 'This application has no SSO.');
  const columns = [
    { sql: Prisma.sql`f.last_at`, type: 'timestamptz' as const },
    { sql: Prisma.sql`f.id`, type: 'uuid' as const },
  ];
  const page = await readPage(
    { where: Prisma.sql`f.application_id = ${applicationId}::uuid`, columns, descending: true },
    { cursor, limit },
    ({ key, after, order, take }) =>
      db.$queryRaw<
        (Stored & Keyed)[]
      >`SELECT ${stored}, ${key} FROM ${tables} WHERE ${after} ORDER BY ${order} LIMIT ${take}`,
  );
  const accesses = await accessesOf(
    db,
    provider,
    page.items.flatMap(({ userId }) => userId ?? []),
  );
  return { ...page, items: page.items.map((row) => toRow(row, provider, accesses)) };
}

/** How many there are that happened in the last day, and are kept one by one. */
export function countFailedSignIns(applicationId: string): Promise<number> {
  const lastAt = { gt: new Date(Date.now() - 24 * 60 * 60_000) };
  return db.failedSignIn.count({ where: { applicationId, lastAt } });
}

/** One of them, by what somebody reads from their page. @throws AppError `not_found` */
export async function getFailedSignIn(reference: string, tx: Tx = db): Promise<FailedSignIn> {
  const row = await findStored(reference, tx);
  if (!row) {
    throw new AppError('not_found', 'There is no failed sign-in of this reference.', {
      hint: 'They are kept for 30 days, the last hundred of an application.',
    });
  }
  const provider = row.applicationId === null ? undefined : await findProvider(tx, { id: row.applicationId });
  const accesses = provider ? await accessesOf(tx, provider, row.userId === null ? [] : [row.userId]) : new Map();
  return {
    ...toRow(row, provider, accesses),
    application: provider ? { id: provider.application.id, displayLabel: provider.application.displayLabel } : null,
    asked: askedRequestSchema.parse(row.asked),
  };
}

/** The failed sign-in that words of a search are the reference of: what to call it, and where it is. */
export async function findFailedSignIn(words: string): Promise<FoundFailure | undefined> {
  const reference = readReference(words);
  if (reference === undefined) return undefined;
  const row = await db.failedSignIn.findUnique({
    where: { reference },
    select: { id: true, reference: true, application: { select: { displayLabel: true } } },
  });
  if (!row) return undefined;
  return {
    ...{ id: row.id, reference: showReference(row.reference) },
    application: row.application?.displayLabel ?? null,
  };
}

async function findStored(text: string, tx: Tx): Promise<Stored | undefined> {
  const reference = readReference(text);
  if (reference === undefined) return undefined;
  const [row] = await tx.$queryRaw<Stored[]>`SELECT ${stored} FROM ${tables} WHERE f.reference = ${reference}`;
  return row;
}

/** How people stand in the application now, by id; one statement. */
async function accessesOf(tx: Tx, { application }: Provider, ids: readonly string[]): Promise<Map<string, Access>> {
  const userIds = [...new Set(ids)];
  if (userIds.length === 0) return new Map();
  const found = await readStandings(tx, { applications: [application], userIds, parts: ['groupNames'] }, new Date());
  return new Map(found.map((standing) => [standing.user.id, decideBy(standing)]));
}

function toRow(row: Stored, provider: Provider | undefined, accesses: ReadonlyMap<string, Access>): FailedSignInRow {
  const { id, reference, applicationId, userId, username, displayName, code, clientAddress, firstAt, lastAt, count } =
    row;
  const person = userId === null ? null : { id: userId, username: username ?? '', displayName: displayName ?? '' };
  const { message, hint } = row;
  return {
    ...{ id, reference: showReference(reference), applicationId, person, code, clientAddress, firstAt, lastAt, count },
    explanation: explainFailure({
      ...{ code, message, hint, lastAt, clientAddress, person, asked: askedRequestSchema.parse(row.asked) },
      application: provider
        ? {
            displayLabel: provider.application.displayLabel,
            idpUrl: provider.addresses.idpUrl,
            active: provider.application.ssoStatus === 'active' && provider.resolved.ok,
            draft: provider.draft,
            settings: provider.resolved.ok ? provider.resolved.settings : undefined,
            loginUrl: provider.loginUrl,
            access: userId === null ? undefined : accesses.get(userId),
          }
        : null,
    }),
  };
}
