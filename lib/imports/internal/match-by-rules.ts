import { createHash } from 'node:crypto';
import { readStandings, type Standing, standingRecord } from '@/lib/applications/standings';
import { now } from '@/lib/core/clock';
import { storedName } from '@/lib/core/fold-name';
import { db, type Tx } from '@/lib/db/client';
import { mapObject } from '@/lib/mappings/map';
import { valueAt } from '@/lib/mappings/target';
import type { Connection } from '@/lib/provisioning/connection';
import { readPath, type ScimResource } from '@/lib/scim/path';
import type { Compared, Matching, MatchingRule } from '../settings-schema';
import { type Taking, takenValues } from './account-values';

const atOnce = 1_000;
/** Values of one rule that are tried for one account or person: names are few. */
const mostKeys = 16;

/** Writes with the import held, while its accounts are still read. */
type Write = (write: (tx: Tx) => Promise<unknown>) => Promise<void>;

interface Input {
  connection: Connection;
  importId: string;
  matching: Matching;
  taking: Taking;
  write: Write;
}

/** Whether the rules are those that are asked by names and by the matching attributes alone, all of them, in any case. */
export function areUsual({ rules, stopAtFirst }: Matching): boolean {
  const usual: readonly Compared[] = ['username', 'email', 'matchingAttributes'];
  return (
    !stopAtFirst &&
    rules.every(({ by, caseSensitive }) => !caseSensitive && by.length === 1 && usual.includes(by[0] ?? 'email'))
  );
}

/**
 * Finds by an administrator's rules whose each account is: every value that a rule compares is kept as a digest, of accounts first,
 * then people are gone through once and asked for by theirs. Linear, in stretches of 1,000, in bounded memory.
 */
export async function matchByRules(input: Input): Promise<void> {
  const { importId, write } = input;
  await write((tx) => tx.importKey.deleteMany({ where: { importId } }));
  await eachAccount(input, (keys) =>
    write(
      (tx) => tx.$executeRaw`
        INSERT INTO import_keys (import_id, rule, key, remote_id)
        SELECT ${importId}::uuid, k.rule, k.key, k.ref
        FROM jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) AS k(rule smallint, key text, ref text) ON CONFLICT DO NOTHING`,
    ),
  );
  await eachPerson(input, (keys) => write((tx) => addHits(tx, input, keys)));
  await write((tx) => tx.importKey.deleteMany({ where: { importId } }));
}

interface Key {
  rule: number;
  key: string;
  /** The account or the person. */
  ref: string;
}

async function eachAccount({ connection, importId, matching, taking }: Input, keep: (keys: Key[]) => Promise<void>) {
  let after = '';
  for (;;) {
    const rows = await db.importRow.findMany({
      where: { importId, state: 'listed', remoteId: { gt: after } },
      orderBy: { remoteId: 'asc' },
      take: atOnce,
    });
    const accounts = await db.remoteAccount.findMany({
      where: { applicationId: connection.application.id, remoteId: { in: rows.map(({ remoteId }) => remoteId) } },
      select: { remoteId: true, resource: true },
    });
    const resources = new Map(accounts.map(({ remoteId, resource }) => [remoteId, resource as ScimResource]));
    const keys = rows.flatMap((row) => {
      const resource = resources.get(row.remoteId) ?? {};
      return keysOf(matching, row.remoteId, (compared) => {
        if (compared === 'username') return [row.userName];
        if (compared === 'email') return [row.email];
        if (compared === 'employeeIdentifier') return [takenValues(row, resource, taking).values.employeeIdentifier];
        if (compared !== 'matchingAttributes') return [readPath(resource, pathOf(compared))];
        return connection.matchTargets.map((target) => named(target, readPath(resource, target)));
      });
    });
    if (keys.length > 0) await keep(keys);
    const last = rows.at(-1);
    if (!last || rows.length < atOnce) return;
    after = last.remoteId;
  }
}

async function eachPerson({ connection, matching }: Input, ask: (keys: Key[]) => Promise<void>) {
  let after = '00000000-0000-0000-0000-000000000000';
  const isMapped = matching.rules.some(({ by }) =>
    by.some((one) => one === 'matchingAttributes' || one.startsWith('mapped:')),
  );
  for (;;) {
    const people = await db.user.findMany({
      where: { deletedAt: null, id: { gt: after } },
      orderBy: { id: 'asc' },
      take: atOnce,
      select: { id: true },
    });
    const asked = { applications: [connection.application], userIds: people.map(({ id }) => id) };
    const keys = (await readStandings(db, asked, now())).flatMap((standing) => {
      const { user, typedUsername, applicationUsername } = standing;
      const mapped = isMapped ? mappedValues(connection, standing) : {};
      return keysOf(matching, user.id, (compared) => {
        if (compared === 'username')
          return typedUsername === null ? [applicationUsername, user.username] : [typedUsername];
        if (compared === 'email') return [user.email];
        if (compared === 'employeeIdentifier') return [user.employeeIdentifier];
        if (compared !== 'matchingAttributes') return [valueAt(mapped, pathOf(compared))];
        return connection.matchTargets.map((target) => named(target, valueAt(mapped, target)));
      });
    });
    if (keys.length > 0) await ask(keys);
    const last = people.at(-1);
    if (!last || people.length < atOnce) return;
    after = last.id;
  }
}

const pathOf = (compared: `mapped:${string}`) => compared.slice('mapped:'.length);
const named = (target: string, value: unknown) => (isValue(value) ? `${target}=${value}` : null);
const isValue = (value: unknown): value is string | number | boolean =>
  value !== '' && ['string', 'number', 'boolean'].includes(typeof value);

/** What the mapping table makes for a person, as an account of theirs would be created. */
function mappedValues({ userMappings, userAttributes }: Connection, standing: Standing) {
  const source = standingRecord(standing);
  return mapObject({
    ...{ mappings: userMappings, source, attributes: userAttributes, purpose: 'create', now: now(), inScope: true },
  } as const).values;
}

/** A digest for each combination of the values that a rule compares; none where one of them has no value. */
function keysOf({ rules }: Matching, ref: string, valuesOf: (compared: Compared) => readonly unknown[]): Key[] {
  return rules.flatMap((rule, index) => {
    let combined: string[][] = [[]];
    for (const compared of rule.by) {
      const values = [
        ...new Set(
          valuesOf(compared)
            .filter(isValue)
            .map((value) => written(rule, String(value))),
        ),
      ];
      combined = combined.flatMap((parts) => values.map((value) => [...parts, value])).slice(0, mostKeys);
    }
    return combined.map((parts) => ({ rule: index, key: digest(parts), ref }));
  });
}

const written = ({ caseSensitive }: MatchingRule, value: string) =>
  caseSensitive ? value.normalize('NFC') : storedName(value);

const digest = (parts: readonly string[]) => createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

/** In the words of the review. */
const reasonWords: Readonly<Record<string, string>> = {
  email: 'e-mail',
  employeeIdentifier: 'employee ID',
  matchingAttributes: 'matching attributes',
};

/**
 * The accounts that have one of these keys are these people's, as far as that rule says. Where the first rule counts, whom a later
 * one has found before gives way.
 */
async function addHits(tx: Tx, { importId, matching }: Input, keys: readonly Key[]): Promise<void> {
  const reasons = matching.rules.map(({ by }) => by.map((one) => reasonWords[one] ?? one.replace(/^mapped:/, '')));
  const first = matching.stopAtFirst;
  await tx.$executeRaw`
    WITH hits AS MATERIALIZED (
      SELECT a.remote_id, k.rule, k.ref::uuid AS user_id, min(k.rule) OVER (PARTITION BY a.remote_id) AS best
      FROM jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) AS k(rule smallint, key text, ref text)
      JOIN import_keys a ON a.import_id = ${importId}::uuid AND a.rule = k.rule AND a.key = k.key),
    found AS (
      SELECT remote_id, min(rule) AS rule, array_agg(DISTINCT user_id) AS ids, array_agg(DISTINCT reason) AS reasons
      FROM hits CROSS JOIN LATERAL jsonb_array_elements_text(${JSON.stringify(reasons)}::jsonb -> hits.rule::int) AS reason
      WHERE NOT ${first} OR rule = best GROUP BY remote_id)
    UPDATE import_rows r SET matched_rule = found.rule,
      candidate_ids = CASE WHEN ${first} AND found.rule < r.matched_rule THEN found.ids
        ELSE ARRAY(SELECT DISTINCT unnest(r.candidate_ids || found.ids)) END,
      matched_by = CASE WHEN ${first} AND found.rule < r.matched_rule THEN found.reasons
        ELSE ARRAY(SELECT DISTINCT unnest(r.matched_by || found.reasons) ORDER BY 1) END
    FROM found
    WHERE r.import_id = ${importId}::uuid AND r.remote_id = found.remote_id AND r.state = 'listed'
      AND (NOT ${first} OR r.matched_rule IS NULL OR found.rule <= r.matched_rule)`;
}
