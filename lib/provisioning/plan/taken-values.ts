import { usernameNaming } from '@/lib/applications/naming';
import { findNameHolders } from '@/lib/applications/username-conflicts';
import { storedName } from '@/lib/core/fold-name';
import { linkStatesThat } from '@/lib/core/states';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { inStates } from '@/lib/db/states';
import type { UniqueTarget } from '@/lib/mappings/map';
import { targetKey } from '@/lib/mappings/target';
import type { PlanContext } from './plan-context';

interface Candidate {
  userId: string;
  target: string;
  /** Folded, as names are compared. */
  value: string;
  /** Its place among those of the person, from 0. */
  rank: number;
}

/** What SelectUniqueValue asks: whether somebody else has the value in the application. */
export type IsTaken = (userId: string, target: string, value: string) => boolean;

/**
 * Whose the values are that SelectUniqueValue would try for these people: looked up together, one read for each target and
 * each candidate's place, however many people. Nothing is read where no mapping uses it.
 * @param people with what their mappings would try
 */
export async function findTakenValues(
  context: PlanContext,
  people: readonly { userId: string; unique: readonly UniqueTarget[] }[],
): Promise<IsTaken> {
  const candidates = people.flatMap(({ userId, unique }) =>
    unique.flatMap(({ target, candidates: values }) =>
      values.map((value, rank): Candidate => ({ userId, target, value: storedName(value), rank })),
    ),
  );
  const taken = new Set<string>();
  for (const target of new Set(candidates.map((candidate) => candidate.target))) {
    const wanted = candidates.filter((candidate) => candidate.target === target);
    const owners = await ownersOf(context, target, [...new Set(wanted.map(({ value }) => value))]);
    for (const { userId, value } of wanted) {
      if (owners.some((owner) => owner.value === value && owner.userId !== userId))
        taken.add(key(userId, target, value));
    }
    if (targetKey(target) === 'username') await addNames(context, wanted, taken);
  }
  return (userId, target, value) => taken.has(key(userId, target, storedName(value)));
}

const key = (...parts: readonly string[]) => JSON.stringify(parts);

/** Usernames are those of people as well: what they sign in by, in scope, and what their accounts are called. */
async function addNames({ application }: PlanContext, wanted: readonly Candidate[], taken: Set<string>): Promise<void> {
  const naming = usernameNaming(application.usernameFormat);
  for (const rank of new Set(wanted.map((candidate) => candidate.rank))) {
    const asked = wanted.filter((candidate) => candidate.rank === rank);
    const holders = await findNameHolders(
      application,
      asked.map(({ userId, value }) => ({ userId, naming, name: value })),
    );
    for (const { userId, target, value } of asked) if (holders.has(userId)) taken.add(key(userId, target, value));
  }
}

/**
 * Whose these values are over there: as they were last sent, or are being sent and may have arrived; and accounts of nobody
 * that were read.
 */
async function ownersOf(
  { application, dryRunId }: PlanContext,
  target: string,
  values: readonly string[],
): Promise<{ userId: string | null; value: string }[]> {
  const isName = targetKey(target) === 'username';
  const id = Prisma.sql`${application.id}::uuid`;
  const among = (sql: Prisma.Sql) => Prisma.sql`${sql} = ANY (${[...values]}::text[])`;
  const beingSent = (links: Prisma.Sql, state: Prisma.Sql) => Prisma.sql`
    SELECT l.user_id, lower(o.changes -> ${target} ->> 'to') FROM operations o JOIN user_links l ON l.id = o.user_link_id
    WHERE ${links} AND o.state = ${state} AND o.finished_at IS NULL AND o.action = 'create'
      AND ${among(Prisma.sql`lower(o.changes -> ${target} ->> 'to')`)}`;
  const parts = [
    beingSent(Prisma.sql`o.application_id = ${id}`, Prisma.sql`'intent'`),
    beingSent(
      Prisma.sql`l.application_id = ${id} AND l.state IN ${inStates(linkStatesThat.mayHaveSent)} AND l.remote_id IS NULL`,
      Prisma.sql`'unknown'`,
    ),
    isName
      ? Prisma.sql`SELECT NULL::uuid, a.user_name_folded FROM remote_accounts a
          WHERE a.application_id = ${id} AND ${among(Prisma.sql`a.user_name_folded`)}
            AND NOT EXISTS (SELECT FROM user_links l WHERE l.application_id = a.application_id AND l.remote_id = a.remote_id)`
      : Prisma.sql`SELECT l.user_id, lower(l.last_sent ->> ${target}) FROM user_links l
          WHERE l.application_id = ${id} AND l.remote_id IS NOT NULL AND ${among(Prisma.sql`lower(l.last_sent ->> ${target})`)}`,
    ...(dryRunId ? [foretold(dryRunId, target, values)] : []),
  ];
  return db.$queryRaw`
    SELECT user_id AS "userId", value FROM (${Prisma.join(parts, ' UNION ALL ')}) AS owned(user_id, value)`;
}

/** A value as a row of a dry run says that somebody is given it. */
export const givenValue = (target: string, value: string) => `${target}\n${storedName(value)}`;

function foretold(dryRunId: string, target: string, values: readonly string[]): Prisma.Sql {
  const given = values.map((value) => givenValue(target, value));
  return Prisma.sql`
    SELECT r.subject_id, substr(given, ${target.length + 2}::int) FROM dry_run_rows r CROSS JOIN unnest(r.gives) given
    WHERE r.run_id = ${dryRunId}::uuid AND r.gives && ${given}::text[] AND given = ANY (${given}::text[])`;
}
