import { isSameName } from '@/lib/applications/naming-rule';
import { readStandings, readStandingsIn, type Standing, standingRecord } from '@/lib/applications/standings';
import { now } from '@/lib/core/clock';
import { db, type Tx, transaction } from '@/lib/db/client';
import { mapObject } from '@/lib/mappings/map';
import type { Connection } from '@/lib/provisioning/connection';
import { matchKey } from '@/lib/provisioning/store-accounts';
import type { Compared, ImportSettings } from '../settings-schema';
import { takingOf } from './account-values';
import { recallChoices } from './choices';
import { areUsual, matchByRules } from './match-by-rules';

const peopleAtOnce = 1_000;
const timeoutMs = 120_000;

/**
 * Says of every account of an import whose it is: linked already, exactly one person by application username, username, e-mail or a matching
 * attribute, one or several by first and last name, or nobody. Where several people fit, or one person fits several
 * accounts, or the application knows a person by another name than ours would be, somebody has to choose. Rules of an
 * administrator take the place of the usual ones (`matchByRules`). Repeatable: it begins anew each time.
 */
export async function matchRows(connection: Connection, importId: string, settings: ImportSettings): Promise<void> {
  const { matching } = settings;
  // What was written a moment ago waits in a list that each of the lookups by key would read from end to end.
  await db.$executeRaw`SELECT gin_clean_pending_list('remote_accounts_match_keys_idx')`;
  const asks = (compared: Compared) => matching.rules.some(({ by }) => by[0] === compared);
  const begin = (tx: Tx) => tx.$executeRaw`
    UPDATE import_rows SET match = 'none', matched_by = '{}', candidate_ids = '{}', user_id = NULL, decision = NULL,
      choice_reason = NULL, matched_rule = NULL, decided_at = NULL, decided_by_id = NULL, decided_by_token_id = NULL
    WHERE import_id = ${importId}::uuid AND state = 'listed'
      AND (match <> 'none' OR candidate_ids <> '{}' OR user_id IS NOT NULL OR decision IS NOT NULL OR choice_reason IS NOT NULL OR decided_at IS NOT NULL)`;
  await whileFetching(importId, begin);
  if (areUsual(matching)) {
    const names = { username: asks('username'), email: asks('email') };
    await whileFetching(importId, (tx) => matchByNames(tx, connection.application.id, importId, names));
    if (asks('matchingAttributes')) await matchByAttributes(connection, importId);
  } else {
    const write = (one: (tx: Tx) => Promise<unknown>) => whileFetching(importId, one);
    await matchByRules({ connection, importId, matching, taking: takingOf(settings.mappings), write });
  }
  await whileFetching(importId, async (tx) => {
    await classify(tx, connection.application.id, importId, matching.partialOnNames);
    await askAboutOtherNames(tx, connection, importId);
    await recallChoices(tx, importId);
  });
}

/**
 * Writes many rows of an import, with the import held: in no order of rows, beside whoever gives it up, the two could wait for each
 * other. Nothing, where it is given up already.
 */
async function whileFetching(importId: string, write: (tx: Tx) => Promise<unknown>): Promise<void> {
  await transaction(
    async (tx) => {
      const held = await tx.$queryRaw<unknown[]>`
        SELECT 1 FROM imports WHERE id = ${importId}::uuid AND state = 'fetching' FOR NO KEY UPDATE`;
      if (held.length > 0) await write(tx);
    },
    { timeoutMs },
  );
}

/**
 * By the username typed for a person in this application, by username and by e-mail, in any case and form of writing. Who
 * shares a contested name is a candidate as well; but not, by a username, who has another one here, where it was typed for somebody.
 */
async function matchByNames(
  tx: Tx,
  applicationId: string,
  importId: string,
  names: { username: boolean; email: boolean },
): Promise<void> {
  await tx.$executeRaw`
    UPDATE import_rows r SET candidate_ids = found.ids, matched_by = found.reasons
    FROM (
      SELECT remote_id, array_agg(DISTINCT id) AS ids, array_agg(DISTINCT reason) AS reasons FROM (
        SELECT r.remote_id, u.id, 'application username' AS reason FROM import_rows r
        JOIN remote_accounts a ON a.application_id = ${applicationId}::uuid AND a.remote_id = r.remote_id
        JOIN application_users n ON n.application_id = a.application_id AND n.application_username_folded = a.user_name_folded
        JOIN users u ON u.id = n.user_id AND u.deleted_at IS NULL
        WHERE ${names.username} AND r.import_id = ${importId}::uuid
        UNION ALL
        SELECT r.remote_id, u.id, 'username' FROM import_rows r
        JOIN remote_accounts a ON a.application_id = ${applicationId}::uuid AND a.remote_id = r.remote_id
        JOIN taken_names t ON t.name = a.user_name_folded
        JOIN users u ON u.id = t.user_id AND u.username_folded = t.name
        LEFT JOIN application_users own ON own.application_id = a.application_id AND own.user_id = u.id
        WHERE ${names.username} AND r.import_id = ${importId}::uuid AND (own.application_username_folded IS NULL OR NOT EXISTS (
          SELECT FROM application_users n JOIN users o ON o.id = n.user_id AND o.deleted_at IS NULL
          WHERE n.application_id = a.application_id AND n.application_username_folded = a.user_name_folded))
        UNION ALL
        SELECT r.remote_id, u.id, 'e-mail' FROM import_rows r
        JOIN remote_accounts a ON a.application_id = ${applicationId}::uuid AND a.remote_id = r.remote_id
        JOIN taken_names t ON t.name = a.email_folded
        JOIN users u ON u.id = t.user_id AND u.email_folded = t.name
        WHERE ${names.email} AND r.import_id = ${importId}::uuid) AS hits
      GROUP BY remote_id) AS found
    WHERE r.import_id = ${importId}::uuid AND r.remote_id = found.remote_id AND r.state = 'listed'`;
}

/** By the matching attributes of the mapping table: the same values that a cycle would look for. */
async function matchByAttributes(connection: Connection, importId: string): Promise<void> {
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const people = await db.user.findMany({
      where: { deletedAt: null, id: { gt: after } },
      orderBy: { id: 'asc' },
      take: peopleAtOnce,
      select: { id: true },
    });
    const asked = { applications: [connection.application], userIds: people.map(({ id }) => id) };
    const keys = (await readStandings(db, asked, now())).flatMap((standing) => keysOf(connection, standing));
    if (keys.length > 0) {
      await whileFetching(importId, (tx) => addHits(tx, connection.application.id, importId, keys));
    }
    const last = people.at(-1);
    if (!last || people.length < peopleAtOnce) return;
    after = last.id;
  }
}

interface Key {
  user_id: string;
  key: string;
  reason: string;
}

function keysOf(connection: Connection, standing: Standing): Key[] {
  const { user, typedUsername } = standing;
  const mappings = connection.userMappings.filter((mapping) => connection.matchTargets.includes(mapping.target));
  const { values } = mapObject({
    mappings,
    source: standingRecord(standing),
    attributes: connection.userAttributes,
    purpose: 'create',
    now: now(),
    inScope: true,
  });
  return connection.matchTargets.flatMap((target) => {
    const value = values[target];
    if (value === undefined || value === null || value === '') return [];
    // The name that was typed is told as such already.
    const reason = typedUsername !== null && target === 'userName' ? 'application username' : target;
    return [{ user_id: user.id, key: matchKey(target, value), reason }];
  });
}

async function addHits(tx: Tx, applicationId: string, importId: string, keys: readonly Key[]): Promise<void> {
  // How many accounts have a key is not known to the planner, which takes 500 for it and then reads the whole import beside each batch of
  // people; looked up by their keys, the rows of all batches together are read once.
  await tx.$executeRaw`SELECT set_config('enable_mergejoin', 'off', true), set_config('enable_hashjoin', 'off', true)`;
  await tx.$executeRaw`
    UPDATE import_rows r SET
      candidate_ids = ARRAY(SELECT DISTINCT unnest(r.candidate_ids || found.ids)),
      matched_by = ARRAY(SELECT DISTINCT unnest(r.matched_by || found.reasons) ORDER BY 1)
    FROM (
      SELECT a.remote_id, array_agg(DISTINCT k.user_id) AS ids,
        array_agg(DISTINCT CASE k.reason WHEN 'userName' THEN 'username' WHEN 'emails.value' THEN 'e-mail' ELSE k.reason END) AS reasons
      FROM jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) AS k(user_id uuid, key text, reason text)
      JOIN remote_accounts a ON a.application_id = ${applicationId}::uuid AND a.match_keys @> ARRAY[k.key]
      GROUP BY a.remote_id) AS found
    WHERE r.import_id = ${importId}::uuid AND r.remote_id = found.remote_id AND r.state = 'listed'
      -- Most were found by their names already, and for the same reasons: nothing is written of them.
      AND NOT (r.candidate_ids @> found.ids AND r.matched_by @> found.reasons)`;
}

async function classify(tx: Tx, applicationId: string, importId: string, partialOnNames: boolean): Promise<void> {
  // First and last name are a hint only where nothing better was found, and of people who have no account here yet.
  await tx.$executeRaw`
    UPDATE import_rows r SET candidate_ids = found.ids, matched_by = ARRAY['first and last name'],
      match = (CASE WHEN cardinality(found.ids) = 1 THEN 'partial' ELSE 'ambiguous' END)::import_match,
      choice_reason =
        (CASE WHEN cardinality(found.ids) = 1 THEN 'name_only' ELSE 'several_people' END)::import_choice_reason
    FROM (
      SELECT r.remote_id, array_agg(u.id) AS ids FROM import_rows r
      JOIN users u ON lower(u.firstname) = lower(r.firstname) AND lower(u.lastname) = lower(r.lastname) AND u.deleted_at IS NULL
      WHERE ${partialOnNames} AND r.import_id = ${importId}::uuid AND r.candidate_ids = '{}' AND NOT EXISTS (
        SELECT 1 FROM user_links l WHERE l.application_id = ${applicationId}::uuid AND l.user_id = u.id AND l.remote_id IS NOT NULL)
      GROUP BY r.remote_id) AS found
    WHERE r.import_id = ${importId}::uuid AND r.remote_id = found.remote_id AND r.state = 'listed'`;
  await tx.$executeRaw`
    UPDATE import_rows r SET choice_reason = doubtful.reason::import_choice_reason
    FROM (
      SELECT remote_id, CASE
        WHEN several THEN 'several_people'
        WHEN EXISTS (SELECT 1 FROM user_links l WHERE l.application_id = ${applicationId}::uuid
          AND l.user_id = person AND l.remote_id IS NOT NULL AND l.remote_id <> rivals.remote_id) THEN 'has_account'
        WHEN accounts > 1 THEN 'several_accounts' END AS reason
      FROM (
        SELECT remote_id, false AS several, candidate_ids[1] AS person, count(*) OVER (PARTITION BY candidate_ids[1]) AS accounts
        FROM import_rows WHERE import_id = ${importId}::uuid AND cardinality(candidate_ids) = 1 AND match = 'none'
        UNION ALL
        SELECT remote_id, true, NULL, 1 FROM import_rows
        WHERE import_id = ${importId}::uuid AND cardinality(candidate_ids) > 1 AND match = 'none') AS rivals) AS doubtful
    WHERE doubtful.reason IS NOT NULL
      AND r.import_id = ${importId}::uuid AND r.remote_id = doubtful.remote_id AND r.match = 'none' AND r.state = 'listed'`;
  await tx.$executeRaw`
    UPDATE import_rows r SET match = 'imported', user_id = l.user_id, candidate_ids = ARRAY[l.user_id], matched_by = '{}',
      choice_reason = NULL
    FROM user_links l
    WHERE l.application_id = ${applicationId}::uuid AND l.remote_id = r.remote_id AND l.state <> 'deleted'
      AND r.import_id = ${importId}::uuid AND r.state = 'listed'`;
  // What each is, whose, and what is to be done with it, in one writing of its row: it stands in a dozen indexes.
  await tx.$executeRaw`
    UPDATE import_rows r SET match = judged.match::import_match,
      user_id = CASE WHEN judged.match IN ('exact', 'partial') THEN r.candidate_ids[1] ELSE r.user_id END,
      decision = (CASE judged.match WHEN 'none' THEN 'create' WHEN 'exact' THEN 'link' END)::import_decision
    FROM (
      SELECT remote_id, CASE WHEN match <> 'none' OR candidate_ids = '{}' THEN match::text
        WHEN choice_reason IS NULL THEN 'exact' ELSE 'ambiguous' END AS match
      FROM import_rows WHERE import_id = ${importId}::uuid AND state = 'listed' AND match <> 'imported') AS judged
    WHERE r.import_id = ${importId}::uuid AND r.remote_id = judged.remote_id`;
}

/**
 * A link gives the person the account's name to sign in by. So a match under another name is never a link by itself: by
 * e-mail address, the account `global-admin` matches whoever administers it.
 */
async function askAboutOtherNames(tx: Tx, { application }: Connection, importId: string): Promise<void> {
  let after = '';
  for (;;) {
    // All rows by their key, and then those that match: what was written a moment ago the planner takes for a row or two, and would read
    // each of them again for every batch.
    const batch = await tx.importRow.findMany({
      where: { importId, remoteId: { gt: after } },
      orderBy: { remoteId: 'asc' },
      take: peopleAtOnce,
      select: { remoteId: true, userName: true, userId: true, match: true, state: true },
    });
    const rows = batch.filter(({ match, state }) => match === 'exact' && state === 'listed');
    const people = await readStandingsIn(tx, application, { userIds: rows.flatMap((row) => row.userId ?? []) }, now());
    const nameOf = (userId: string | null) => people.get(userId ?? '')?.applicationUsername ?? '';
    const others = rows.filter((row) => !isSameName(row.userName, nameOf(row.userId)));
    if (others.length > 0)
      await tx.importRow.updateMany({
        where: { importId, remoteId: { in: others.map((row) => row.remoteId) } },
        data: { decision: null, choiceReason: 'other_username' },
      });
    const last = batch.at(-1);
    if (!last || batch.length < peopleAtOnce) return;
    after = last.remoteId;
  }
}
