import type pg from 'pg';

/** An installation of one size. */
export interface Size {
  people: number;
  groups: number;
  events: number;
}

/** Ids are made from numbers, so that what reads the installation knows them. */
export const idOf = (kind: 'user' | 'group' | 'cycle' | 'import' | 'link', number: number): string =>
  `${{ user: '0a', group: '0b', cycle: '0c', import: '0d', link: '0e' }[kind]}000000-0000-7000-8000-${String(number).padStart(12, '0')}`;

/** The one that everything is delivered to. */
export const webhook = '0f000000-0000-7000-8000-000000000001';

const sqlId = (kind: Parameters<typeof idOf>[0], number: string) =>
  `('${idOf(kind, 0).slice(0, 24)}' || lpad((${number})::text, 12, '0'))::uuid`;

/** Group 1 has everybody, group 2 a page of groups nested in it, the first of which has every Maria Keller; people are in two or three of the others. */
export const everybody = idOf('group', 1);
export const nesting = idOf('group', 2);
/** Two that have two hundred people in every installation: what a change of them would do is foretold of as many. One of them is associated. */
export const some = idOf('group', 6);
export const others = idOf('group', 8);

const firstnames =
  "ARRAY['Maria','José','Ana','Jürgen','Nils','Olga','Wei','Amara','Ivan','Zoë','Maria','Chen','Fatima','Noah','Émile','Sara','Łukasz','Ingrid','Ravi','Mei']";
const beginnings =
  "ARRAY['Kal','Mor','San','Öst','Ber','Hal','Fro','Gar','Lin','Mül','Nor','Pet','Quin','Ros','Sil','Tan','Urb','Val','Wes','Živ']";
const middles = "ARRAY['le','ri','ta','ma','no','de','ka','lo','ve','su']";
const endings = "ARRAY['r','nd','sen','ski','ez','mann','ova','s','tti','ng']";
const departments =
  "ARRAY['Engineering','Sales','Finance','Legal','Support','Marketing','Operations','Research','People','Facilities']";
const pick = (array: string, number: string, size: number) => `(${array})[1 + (${number}) % ${size}]`;

/**
 * A hundred called Maria Keller are in every installation, in equal distances, and nobody else has a part of that name: a search finds a page of people in both, because
 * finding a page is compared with finding a page. `maria.keller.1` is one person in both, `zzyzx` nobody.
 */
const person = `
  SELECT n, firstname, lastname, lower(translate(firstname || '.' || lastname, 'éüłŁÉëÖöŽ', 'eulLEeOoZ')) || '.' || n AS username
  FROM (SELECT n, ${pick(firstnames, 'n * 7 + 13', 20)} AS firstname,
    CASE WHEN n % ($1::int / 100) = 1 THEN 'Keller' ELSE ${pick(beginnings, 'n / 20', 20)} || ${pick(middles, 'n / 30', 10)} || ${pick(endings, 'n / 70', 10)} END AS lastname
    FROM generate_series(1, $1::int) AS n) AS named`;

/**
 * SQL: one person in as many, or a hundred of all people where that is more. A page of who is suspended, an administrator or failing is
 * compared with such a page: beside one row, fifty would be compared with one, which tells nothing of the size.
 */
const oneIn = (many: number) => `least(${many}, $1::int / 100)`;
/** The same of conflicts. Nothing divides it and ten, so that one in ten of them is a Maria in either installation. */
const manyConflicts = 'least(97, $1::int * 7 / 1000)';

/**
 * Fills a migrated database with everything that lists read, by statements over sets.
 * @param applicationId an application with its mappings, which is then associated, provisioned and imported from
 */
export async function fill(client: pg.Client, size: Size, applicationId: string): Promise<void> {
  await client.query("SET maintenance_work_mem = '1GB'; SET synchronous_commit = off");
  // All of it or nothing, so that a folder that is kept holds no half of an installation.
  await client.query('BEGIN');
  // Indexes are made at once, when the data is there: a third of the time of keeping them.
  const indexes = await takeIndexes(client);
  // What they keep of each row is written for all of them at once, below.
  for (const [table, trigger] of rowByRow) await client.query(`ALTER TABLE ${table} DISABLE TRIGGER ${trigger}`);
  await fillDirectory(client, size);
  await client.query('ANALYZE users');
  await fillEvents(client, size.events, size.people, applicationId);
  await fillApplication(client, size, applicationId);
  await fillFinishedImport(client, size.people, applicationId);
  await fillWaitingImports(client, size.people);
  await fillOutgoing(client, size);
  for (const definition of indexes) await client.query(definition);
  for (const [table, trigger] of rowByRow) await client.query(`ALTER TABLE ${table} ENABLE TRIGGER ${trigger}`);
  await client.query('COMMIT');
}

const rowByRow = [
  ['operations', 'operations_put_in_cycle'],
  ['cycle_outcomes', 'cycle_outcomes_put'],
] as const;

/** Takes away what only makes reading quicker; unique indexes refuse rows. @returns how to make it again */
async function takeIndexes(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index
     WHERE NOT indisunique AND indrelid = ANY ('{users, groups, group_members, effective_members, group_nestings, events, user_links, operations,
       remote_accounts, import_rows, mails, webhook_deliveries}'::regclass[])`,
  );
  for (const { name } of rows) await client.query(`DROP INDEX ${name}`);
  return rows.map(({ definition }) => definition);
}

async function fillDirectory(client: pg.Client, { people, groups }: Size): Promise<void> {
  const run = (sql: string, values: unknown[]) => client.query(sql, values);
  await run(
    `INSERT INTO users (id, username, email, username_folded, email_folded, firstname, lastname, display_name, department, job_title,
       employee_identifier, status, role, password_hash, custom_attributes, created_at, updated_at, deleted_at)
     SELECT ${sqlId('user', 'n')}, username, username || '@acme.example', username, username || '@acme.example', firstname, lastname,
       firstname || ' ' || lastname, ${pick(departments, 'n', 10)}, 'Engineer ' || n % 9, 'E' || n,
       CASE WHEN n % ${oneIn(50)} = 0 THEN 'suspended' ELSE 'active' END::user_status,
       CASE WHEN n % ${oneIn(1_000)} = 3 THEN 'administrator' WHEN n % ${oneIn(200)} = 5 THEN 'helpdesk' ELSE 'user' END::role,
       CASE WHEN n % ${oneIn(20)} <> 7 THEN 'x' END, jsonb_build_object('badge', n), timestamptz '2026-01-01' + n * interval '1 second', now(),
       CASE WHEN n % ${oneIn(100)} = ${oneIn(100)} - 1 THEN now() END
     FROM (${person}) AS person`,
    [people],
  );
  await run(
    `INSERT INTO groups (id, name, name_folded, description, created_at, updated_at)
     SELECT ${sqlId('group', 'n')}, name, lower(name), 'Made for the benchmark',
       timestamptz '2026-01-01' + n * interval '1 minute', now()
     FROM (SELECT n, CASE n WHEN 1 THEN 'All Staff' WHEN 2 THEN 'Everything nested'
       ELSE ${pick(departments, 'n', 10)} || CASE WHEN n % 5 < 3 THEN ' sales team 7/' ELSE ' team 3/' END || n END AS name FROM generate_series(1, $1::int) AS n) AS named`,
    [groups],
  );
  await run(
    `INSERT INTO group_members (group_id, user_id)
     SELECT DISTINCT ${sqlId('group', 'g')}, ${sqlId('user', 'n')} FROM generate_series(1, $1::int) AS n,
       LATERAL (SELECT g FROM (VALUES (1), (3 + n % ($2::int - 2)), (3 + n * 7 / 11 % ($2::int - 2)), (CASE WHEN n % ($1::int / 100) = 1 THEN 3 END)) AS of(g)
         WHERE g NOT IN (6, 8)
         UNION ALL SELECT 6 WHERE n % ($1::int / 200) = 2 UNION ALL SELECT 8 WHERE n % ($1::int / 200) = 3) AS of(g)`,
    [people, groups],
  );
  await run(
    `INSERT INTO group_nestings (parent_id, child_id)
     SELECT ${sqlId('group', '2')}, ${sqlId('group', 'n')} FROM generate_series(3, $1::int, least(10, $1::int / 25)) AS n`,
    [groups],
  );
}

/** Three fifths are of the last thirty days: of what has a filter there are more than are counted, in both installations. */
async function fillEvents(client: pg.Client, events: number, people: number, applicationId: string): Promise<void> {
  await client.query(
    `INSERT INTO events (at, name, outcome, actor_name, application_id, application_label, target_type, target_id, target_name, code,
       message, cycle_id)
     SELECT now() - CASE WHEN n > $1 * 0.4 THEN ($1 - n) * (interval '50 days' / $1) ELSE interval '30 days' + ($1 * 0.4 - n) * (interval '900 days' / $1) END, ${pick("ARRAY['user_update','session_start','sso_auth','user_update_provision','group_members_update']", 'n', 5)},
       CASE WHEN n % 40 = 1 THEN 'error' ELSE 'success' END::event_outcome, CASE WHEN n % 3 = 0 THEN 'Latchkey' ELSE 'Helga Admin ' || n % 20 END,
       CASE WHEN n % 2 = 0 THEN $3::uuid END, CASE WHEN n % 2 = 0 THEN 'Bench' END, 'user', u.id::text, u.display_name,
       CASE WHEN n % 40 = 1 THEN 'Timeout' END, CASE WHEN n % 40 = 1 THEN 'No answer in 15,000 ms from host ' || n END,
       CASE WHEN n % 4 = 0 THEN ${sqlId('cycle', '1 + n / 40 % 50')} END
     FROM generate_series(1, $1::int) AS n JOIN users u ON u.id = ${sqlId('user', '1 + n::bigint * 7919 % $2')} ORDER BY n`,
    [events, people, applicationId],
  );
}

async function fillApplication(client: pg.Client, { people }: Size, applicationId: string): Promise<void> {
  const run = (sql: string, values: unknown[]) => client.query(sql, [...values, applicationId]);
  await run(
    `INSERT INTO application_groups (application_id, group_id)
     SELECT $1, id FROM groups WHERE id IN (${sqlId('group', '1')}, ${sqlId('group', '2')}, ${sqlId('group', '6')})`,
    [],
  );
  await run(
    `INSERT INTO application_users (application_id, user_id, assigned)
     SELECT $2, ${sqlId('user', 'n')}, true FROM generate_series(4, $1::int, 20) AS n`,
    [people],
  );
  await run(
    `INSERT INTO cycles (id, application_id, trigger, stage, read_accounts, total_users, started_at, finished_at)
     SELECT ${sqlId('cycle', 'n')}, $2, 'schedule', 'finished', $1, $1, now() - (51 - n) * interval '40 minutes',
       now() - (51 - n) * interval '40 minutes' + interval '5 minutes' FROM generate_series(1, 50) AS n`,
    [people],
  );
  await run(
    `INSERT INTO user_links (id, application_id, user_id, remote_id, account_name, state, last_sent, last_error, last_change_at, cycle_id)
     SELECT ${sqlId('link', 'n')}, $2, u.id, CASE WHEN n % ${oneIn(50)} <> 7 THEN 'r' || n END, u.username_folded,
       CASE WHEN n % ${oneIn(50)} = 7 THEN 'error' WHEN n % ${manyConflicts} = 5 THEN 'conflict' WHEN n % ${oneIn(90)} = 8 THEN 'skipped' ELSE 'provisioned' END::link_state,
       jsonb_build_object('userName', u.username, 'emails[type eq "work"].value', u.email),
       CASE WHEN n % ${oneIn(50)} = 7 THEN '{"code":"rejected","message":"The server refused it."}'::jsonb END,
       now() - n * interval '1 second', ${sqlId('cycle', 'CASE WHEN n % 3 > 0 THEN 50 ELSE 1 + n % 50 END')}
     FROM generate_series(1, $1::int) AS n JOIN users u ON u.id = ${sqlId('user', 'n')}`,
    [people],
  );
  await run(
    `INSERT INTO operations (application_id, user_link_id, cycle_id, action, state, changes, created_at, finished_at, duration_ms, id)
     SELECT $2, ${sqlId('link', '1 + n % $1')}, ${sqlId('cycle', 'CASE WHEN n > $1 THEN 50 ELSE 1 + n % 50 END')}, 'update',
       CASE WHEN n % ${oneIn(50)} = 7 THEN 'failed' ELSE 'succeeded' END::operation_state,
       '{"title":{"from":"Engineer","to":"Lead"}}', at, at, 40, gen_random_uuid()
     FROM generate_series(1, $1 * 2) AS n,
       LATERAL (SELECT now() - (50 - n % 50) * interval '40 minutes' + (n % 240) * interval '1 second' AS at) within`,
    [people],
  );
  await run(
    `INSERT INTO cycle_outcomes (cycle_id, link_id, user_link_id, outcome, action, error, operation_id, at, name_key, subject_id)
     SELECT DISTINCT ON (o.cycle_id, o.user_link_id) o.cycle_id, l.id, l.id, CASE o.state WHEN 'failed' THEN 'error' ELSE 'update' END, 'update',
       o.error, o.id, o.created_at, left(lower(u.lastname || ' ' || u.firstname || ' ' || u.display_name), 200), u.id
     FROM operations o JOIN user_links l ON l.id = o.user_link_id JOIN users u ON u.id = l.user_id
     WHERE o.application_id = $1 ORDER BY o.cycle_id, o.user_link_id, o.created_at DESC`,
    [],
  );
  // Who was left out without an attempt.
  await run(
    `INSERT INTO cycle_outcomes (cycle_id, link_id, user_link_id, outcome, error, at, name_key, subject_id)
     SELECT l.cycle_id, l.id, l.id, 'error', l.last_error, now(), cycle_name_key(l.id, NULL), l.user_id
     FROM user_links l WHERE l.application_id = $1 AND l.last_error IS NOT NULL ON CONFLICT DO NOTHING`,
    [],
  );
  await run(
    `INSERT INTO cycle_counts (cycle_id, updated, failed, changes, failures)
     SELECT c.id, count(*) FILTER (WHERE o.outcome = 'update'), count(*) FILTER (WHERE o.outcome = 'error'),
       count(*) FILTER (WHERE o.outcome = 'update'), count(*) FILTER (WHERE o.outcome = 'error')
     FROM cycles c JOIN cycle_outcomes o ON o.cycle_id = c.id WHERE c.application_id = $1 GROUP BY c.id
     ON CONFLICT (cycle_id) DO NOTHING`,
    [],
  );
  await run(
    `INSERT INTO group_links (id, application_id, group_id, remote_id, state, last_change_at)
     SELECT gen_random_uuid(), $1, group_id, 'g' || row_number() OVER (), 'provisioned', now() FROM application_groups WHERE application_id = $1`,
    [],
  );
  await run(
    `INSERT INTO group_link_members (group_link_id, user_link_id, remote_id)
     SELECT g.id, l.id, l.remote_id FROM group_links g JOIN group_members m ON m.group_id = g.group_id
     JOIN user_links l ON l.application_id = g.application_id AND l.user_id = m.user_id AND l.remote_id IS NOT NULL
     WHERE g.application_id = $1`,
    [],
  );
  await run(
    `INSERT INTO remote_accounts (application_id, remote_id, user_name, email, display_name, firstname, lastname, active, resource,
       user_name_folded, email_folded, match_keys, read_at)
     SELECT $2, 'r' || n, username, username || '@acme.example', firstname || ' ' || lastname, firstname, lastname, true,
       jsonb_build_object('id', 'r' || n, 'userName', username), username, username || '@acme.example',
       ARRAY['username=' || username], now() FROM (${person}) AS person`,
    [people],
  );
  await run(
    `INSERT INTO imports (id, application_id, state, fetched, started_by_name, started_at)
     SELECT ${sqlId('import', '1')}, $2, 'review', $1, 'Bench', now()`,
    [people],
  );
  await run(
    `INSERT INTO import_rows (import_id, remote_id, user_name, email, display_name, firstname, lastname, active, match, matched_by,
       candidate_ids, user_id, decision, choice_reason)
     SELECT ${sqlId('import', '1')}, 'r' || n, username, username || '@acme.example', firstname || ' ' || lastname, firstname, lastname, n % 30 <> 5,
       match::import_match, CASE WHEN match = 'none' THEN '{}' ELSE ARRAY['username'] END,
       CASE WHEN match = 'none' THEN '{}'::uuid[] ELSE ARRAY[${sqlId('user', 'n')}] END,
       CASE WHEN match <> 'none' THEN ${sqlId('user', 'n')} END,
       CASE match WHEN 'none' THEN 'create' WHEN 'exact' THEN 'link' END::import_decision,
       CASE match WHEN 'partial' THEN 'name_only' END::import_choice_reason
     FROM (SELECT *, CASE WHEN n % 10 < 4 THEN 'imported' WHEN n % 10 < 7 THEN 'exact' WHEN n % 10 < 8 THEN 'partial' ELSE 'none' END AS match
       FROM (${person}) AS person) AS matched WHERE $2::uuid IS NOT NULL`,
    [people],
  );
}

/** One that is over: every fourth person was linked to their account. */
async function fillFinishedImport(client: pg.Client, people: number, applicationId: string): Promise<void> {
  await client.query(
    `INSERT INTO imports (id, application_id, state, fetched, started_by_name, started_at, confirmed_at, finished_at)
     VALUES (${sqlId('import', '2')}, $1, 'finished', $2, 'Bench', now() - interval '2 days', now() - interval '1 day', now() - interval '1 day')`,
    [applicationId, people],
  );
  await client.query(
    `INSERT INTO import_rows (import_id, remote_id, user_name, email, display_name, firstname, lastname, active, match, matched_by,
       candidate_ids, user_id, decision, state)
     SELECT ${sqlId('import', '2')}, 'r' || n, username, username || '@acme.example', firstname || ' ' || lastname, firstname, lastname, true, 'exact',
       ARRAY['username'], ARRAY[${sqlId('user', 'n')}], ${sqlId('user', 'n')}, 'link', 'done' FROM (${person}) AS person WHERE n % 4 = 1`,
    [people],
  );
}

/** Sixty applications more, each with an import that waits: forty in review, some held back by the safeguard, and twenty with rows that have failed. */
async function fillWaitingImports(client: pg.Client, people: number): Promise<void> {
  const application = `('0f000000-0000-7000-8000-' || lpad((100 + n)::text, 12, '0'))::uuid`;
  const waiting = sqlId('import', '100 + n');
  await client.query(
    `INSERT INTO applications (id, template_id, template_version, kind, display_label, logo_color, slug, updated_at)
     SELECT ${application}, 'egnyte', 1, 'saml', 'Waiting ' || n, 'red', 'waiting-' || n, now() FROM generate_series(1, 60) AS n`,
  );
  await client.query(
    `INSERT INTO imports (id, application_id, state, fetched, started_by_name, started_at, confirmed_at, finished_at, held_new)
     SELECT ${waiting}, ${application}, CASE WHEN n % 3 = 0 THEN 'finished' ELSE 'review' END::import_state, $1 / 100, 'Bench', now() - n * interval '1 hour',
       CASE WHEN n % 3 = 0 THEN now() END, CASE WHEN n % 3 = 0 THEN now() END, CASE WHEN n % 3 = 1 THEN $1 / 200 END FROM generate_series(1, 60) AS n`,
    [people],
  );
  await client.query(
    `INSERT INTO import_rows (import_id, remote_id, user_name, display_name, active, match, decision, state)
     SELECT ${waiting}, 'r' || row, 'waiting.' || row, 'Waiting ' || row, true, 'none', 'create', CASE WHEN n % 3 = 0 AND row % 5 = 0 THEN 'failed' WHEN n % 3 = 0 THEN 'done' ELSE 'listed' END::import_row_state
     FROM generate_series(1, 60) AS n, generate_series(1, $1::int / 100) AS row`,
    [people],
  );
}

/** Mails, deliveries of one webhook, and the tokens of scripts. */
async function fillOutgoing(client: pg.Client, { people, events }: Size): Promise<void> {
  await client.query(
    `INSERT INTO mails (id, "to", subject, text_sealed, created_at, sent_at, error)
     SELECT gen_random_uuid(), u.email, CASE WHEN n % 3 = 0 THEN 'Activate your account' ELSE 'Reset your password' END, '', now() - n * interval '1 minute',
       CASE WHEN n % 10 > 1 THEN now() END, CASE WHEN n % 10 = 1 THEN 'No answer from the mail server' END
     FROM generate_series(1, $1::int) AS n JOIN users u ON u.id = ${sqlId('user', 'n')}`,
    [people],
  );
  await client.query(
    `INSERT INTO webhooks (id, label, url, secret_sealed, secret_updated_at, created_by_name, updated_at)
     VALUES ('${webhook}', 'Bench', 'https://bench.example/hook', '', now(), 'Bench', now())`,
  );
  await client.query(
    `INSERT INTO webhook_deliveries (id, webhook_id, event_ids, state, created_at, last_error)
     SELECT gen_random_uuid(), '${webhook}', ARRAY[n]::bigint[], CASE WHEN n % ${oneIn(50)} = 0 THEN 'failed' ELSE 'delivered' END::delivery_state,
       now() - n * interval '20 seconds', CASE WHEN n % ${oneIn(50)} = 0 THEN 'No answer in 10,000 ms' END FROM generate_series(1, $1::int) AS n`,
    [Math.round(events / 10)],
  );
  await client.query(
    `INSERT INTO api_tokens (id, label, prefix, token_hash, role, created_by_name, revoked_at, created_at)
     SELECT gen_random_uuid(), 'Script ' || n, 'lk_' || n, 'hash ' || n, 'helpdesk', 'Bench', CASE WHEN n % 4 > 0 THEN now() END, now() - n * interval '1 hour'
     FROM generate_series(1, 400) AS n`,
  );
}
