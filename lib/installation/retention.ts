import type { z } from 'zod';
import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { linkStatesThat } from '@/lib/core/states';
import { boundedRead } from '@/lib/db/bounded-read';
import type { Tx } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { inStates } from '@/lib/db/states';
import type { retentionQuerySchema, Settings } from '@/lib/settings/schema';
import { readSettings } from '@/lib/settings/settings';

const dayMs = 24 * 60 * 60_000;

/** How the rows of a table age. */
export interface Age {
  /** SQL over `t`: when a row's time began. */
  since: Prisma.Sql;
  /** Days from there on: a setting, or a number that nobody changes. */
  days: Exclude<keyof Settings, 'notificationEmail'> | number;
  /**
   * By which clock that time was written. `product` is the one that a demo moves; what lives in real time whatever a demo
   * does (sign-ins, mails, requests and their answers) is judged in real time.
   */
  clock: 'product' | 'real';
  /** SQL over `t`: which rows may go at all. */
  only?: Prisma.Sql;
  /** Rows in one statement; 500 unless told. Smaller where others go with each. */
  atOnce?: number;
  /** SQL in place of the table alone, with the alias `t`: then in no order, since no index has one. */
  from?: Prisma.Sql;
}

const sql = Prisma.sql;
const ended = sql`t.finished_at IS NOT NULL`;

/**
 * What grows by itself, and how long it is kept; in the order in which it is deleted. Tables that are not in here hold what
 * people made, or a row for each of such (lib/worker/retention.test.ts has them all).
 */
export const ages = {
  /** Deleted apart (lib/webhooks/delete-due-events.ts), because somebody may still have to be told of them. */
  events: { since: sql`t.at`, days: 'eventRetentionDays', clock: 'product' },
  /** Those of days of which every event is due. */
  event_words: { since: sql`t.until`, days: 'eventRetentionDays', clock: 'product' },
  exchanges: { since: sql`t.created_at`, days: 'exchangeRetentionDays', clock: 'real' },
  /** With requests and answers of their own, and so no longer than those. */
  on_demand_runs: { since: sql`t.created_at`, days: 'exchangeRetentionDays', clock: 'real', only: ended },
  // An open intent is what a crash left behind: it is looked up before anything is repeated, however old it is.
  operations: { since: sql`t.created_at`, days: 'operationRetentionDays', clock: 'real', only: ended },
  cycles: { since: sql`t.finished_at`, days: 'cycleRetentionDays', clock: 'product', only: ended },
  import_rows: {
    since: sql`i.finished_at`,
    days: 'importRetentionDays',
    clock: 'product',
    from: sql`imports i JOIN import_rows t ON t.import_id = i.id`,
  },
  imports: {
    since: sql`t.finished_at`,
    days: 'importRetentionDays',
    clock: 'product',
    only: sql`NOT EXISTS (SELECT 1 FROM import_rows r WHERE r.import_id = t.id)`,
  },
  /** What was done to many people, and files that nobody imported. With one go its rows. */
  user_batches: { since: sql`t.started_at`, days: 'importRetentionDays', clock: 'product', atOnce: 1 },
  /** Of an application, five are kept at most. With one go its rows. */
  dry_runs: { since: sql`t.finished_at`, days: 90, clock: 'product', only: ended, atOnce: 1 },
  mails: { since: sql`t.created_at`, days: 'mailRetentionDays', clock: 'real' },
  webhook_deliveries: { since: sql`t.finished_at`, days: 'deliveryRetentionDays', clock: 'real', only: ended },
  /** Whoever asks where somebody was signed in is told for a week more. With them go their sessions at service providers. */
  sessions: { since: sql`t.expires_at`, days: 7, clock: 'real', atOnce: 100 },
  /** Used, ended or run out: whoever opens one is told why it does not work. */
  activation_links: { since: sql`t.expires_at`, days: 30, clock: 'product' },
  /** What was asked for within an hour is limited. */
  password_link_limits: { since: sql`t.since`, days: 1 / 24, clock: 'real' },
  /** Since it happened last; of an application, 200 are kept at most (lib/sso/failed-sign-ins). */
  failed_sign_ins: { since: sql`t.last_at`, days: 30, clock: 'real' },
  /** One for a person and an application; what it shows is of use for a while. */
  sign_in_trials: { since: sql`t.started_at`, days: 1, clock: 'real' },
  /** One for a person and an application. */
  access_requests: { since: sql`t.asked_at`, days: 90, clock: 'real' },
  authn_requests: { since: sql`t.expires_at`, days: 0, clock: 'real' },
  /** A repeated request of the API gets the first answer for this long. */
  idempotency_keys: { since: sql`t.created_at`, days: 1, clock: 'real' },
  /** The bare row of a purged person is kept for the accounts; after the last of them it goes too. */
  users: {
    since: sql`t.purged_at`,
    days: 0,
    clock: 'product',
    only: sql`NOT EXISTS (SELECT 1 FROM user_links l WHERE l.user_id = t.id AND l.state <> 'deleted')`,
    atOnce: 50,
  },
  /** A deleted group is kept for the groups in applications that are still to be deleted. One at a time: see migration 0037. */
  groups: {
    since: sql`t.deleted_at`,
    days: 30,
    clock: 'product',
    only: sql`NOT EXISTS (SELECT 1 FROM group_links l WHERE l.group_id = t.id AND (l.state NOT IN ${inStates(linkStatesThat.leaveNothing)} OR l.state = 'skipped' AND l.remote_id IS NOT NULL))`,
    atOnce: 1,
  },
  /** What was read from an application whose connection was deactivated; another cycle reads it anew. */
  remote_accounts: {
    since: sql`t.read_at`,
    days: 30,
    clock: 'product',
    from: sql`integrations i JOIN remote_accounts t ON t.application_id = i.application_id AND i.status = 'inactive'`,
  },
  remote_groups: {
    since: sql`t.read_at`,
    days: 30,
    clock: 'product',
    from: sql`integrations i JOIN remote_groups t ON t.application_id = i.application_id AND i.status = 'inactive'`,
  },
  /** Jobs that failed for good: the log and what they were about say why. */
  'graphile_worker._private_jobs': {
    since: sql`t.updated_at`,
    days: 30,
    clock: 'real',
    only: sql`t.attempts >= t.max_attempts AND t.locked_at IS NULL`,
  },
} satisfies Record<string, Age>;

export type AgingTable = keyof typeof ages;

/** Rows that are older than this may go. */
export function cutoff({ days, clock }: Pick<Age, 'days' | 'clock'>, settings: Settings): Date {
  const at = clock === 'product' ? now() : new Date();
  return new Date(at.getTime() - (typeof days === 'number' ? days : settings[days]) * dayMs);
}

/** SQL: the rows of a table that are due, as `t`. */
function due(table: AgingTable, age: Age, before: Date): Prisma.Sql {
  const from = age.from ?? sql`${Prisma.raw(table)} t`;
  return sql`FROM ${from} WHERE ${age.since} < ${before} AND ${age.only ?? sql`true`}`;
}

/**
 * Deletes the oldest rows of a table that are due, a few hundred at most, in one statement. Rows that somebody has in hand
 * are left to the next time. @returns how many, and whether there may be more
 */
export async function deleteDue(
  tx: Tx,
  table: AgingTable,
  settings: Settings,
): Promise<{ count: number; more: boolean }> {
  const age: Age = ages[table];
  const { atOnce = 500 } = age;
  const order = age.from ? Prisma.empty : sql`ORDER BY ${age.since}`;
  const count = await tx.$executeRaw`
    DELETE FROM ${Prisma.raw(table)} WHERE ctid = ANY (ARRAY(
      SELECT t.ctid ${due(table, age, cutoff(age, settings))} ${order} LIMIT ${atOnce} FOR UPDATE OF t SKIP LOCKED))`;
  return { count, more: count === atOnce };
}

/** Beyond this many, a count says "more than". */
export const countLimit = 100_000;

/** What a shorter age would delete. */
export interface RetentionEffect {
  setting: RetentionSetting;
  /** As wanted. */
  days: number;
  /** Up to {@link countLimit} and one more; null where counting took too long. */
  rows: number | null;
}

/** What would be deleted if these settings were saved: of those that are shorter than what is stored. */
export async function previewRetention(wanted: z.output<typeof retentionQuerySchema>): Promise<RetentionEffect[]> {
  const { settings } = await readSettings();
  const effects: RetentionEffect[] = [];
  for (const [setting, table] of Object.entries(tableOf) as [RetentionSetting, AgingTable][]) {
    const days = wanted[setting];
    if (days === undefined || days >= settings[setting]) continue;
    effects.push({ setting, days, rows: await countDue(table, { ...settings, [setting]: days }) });
  }
  return effects;
}

/** The settings that are ages, each with the table of which it says the age. */
const tableOf = {
  eventRetentionDays: 'events',
  exchangeRetentionDays: 'exchanges',
  operationRetentionDays: 'operations',
  cycleRetentionDays: 'cycles',
  importRetentionDays: 'imports',
  mailRetentionDays: 'mails',
  deliveryRetentionDays: 'webhook_deliveries',
} as const satisfies Partial<Record<keyof Settings, AgingTable>>;
export type RetentionSetting = keyof typeof tableOf;

async function countDue(table: AgingTable, settings: Settings): Promise<number | null> {
  // Of an import, itself is counted, whose rows are still there.
  const { only: _only, ...age }: Age = ages[table];
  const counted = table === 'imports' ? { ...age, only: ended } : ages[table];
  try {
    const [row] = await boundedRead(
      (tx) => tx.$queryRaw<{ count: number }[]>`
        SELECT count(*)::int AS count
        FROM (SELECT 1 ${due(table, counted, cutoff(age, settings))} LIMIT ${countLimit + 1}) found`,
    );
    return row?.count ?? 0;
  } catch (error) {
    if (error instanceof AppError && error.code === 'search_too_slow') return null;
    throw error;
  }
}
