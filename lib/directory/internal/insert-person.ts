import type { KeptAnswer } from '@/lib/db/kept-answer';
import { insertFrom, runStatement, type Statement, toJsonRow } from '@/lib/db/statement';
import type { EventDraft } from '@/lib/events/draft';
import { toRow } from '@/lib/events/record';
import { maxAttempts, tellPools } from '@/lib/queue/enqueue';
import type { TaskName } from '@/lib/queue/tasks';

type Row = Readonly<Record<string, unknown>>;

/** Everything that comes with a new person. */
export interface PersonRows {
  user: Row & { usernameFolded: string; emailFolded: string };
  link: Row;
  event: EventDraft;
  mail: Row | undefined;
  tasks: readonly { name: TaskName; payload: string }[];
  /** Of a request with an Idempotency-Key. */
  kept: KeptAnswer | undefined;
}

/** Whoever has one of the names. */
export interface Holder {
  name: string;
  id: string;
  displayName: string;
  username: string;
  email: string;
  usernameFolded: string;
}

interface Outcome {
  made: boolean;
  taken: Holder[] | null;
}

/**
 * Writes a person with their link, event, mail and tasks, and what is answered to a request that is repeated: all or
 * nothing, in one statement and so in one round trip. Nothing is written where somebody has one of the names, or the key was
 * there; a request that came with the same key at the same moment is waited for.
 * @returns `taken`: who has the names; not made and nobody has them: the key was there
 * @throws what the unique index refuses, where somebody took a name at the same moment
 */
export async function insertPerson(rows: PersonRows): Promise<Outcome> {
  const { user, link, event, mail, tasks, kept } = rows;
  const [outcome] = await runStatement<Outcome>(statement(user, link, event), [
    [user.usernameFolded, user.emailFolded],
    toJsonRow(user),
    toJsonRow(link),
    toJsonRow(toRow(event)),
    mail === undefined ? null : toJsonRow(mail),
    JSON.stringify(tasks),
    kept === undefined ? null : toJsonRow({ ...kept }),
  ]);
  return outcome ?? { made: false, taken: null };
}

const keptKeys = ['tokenId', 'key', 'requestHash', 'answerSealed'] satisfies (keyof KeptAnswer)[];
const mailKeys = ['id', 'to', 'subject', 'textSealed', 'createdAt'];

let made: Statement | undefined;

/** The text, made once: the rows have the same columns every time. */
function statement(user: Row, link: Row, event: EventDraft): Statement {
  made ??= { name: 'insert-person', text: textOf(Object.keys(user), Object.keys(link), Object.keys(toRow(event))) };
  return made;
}

function textOf(userKeys: string[], linkKeys: string[], eventKeys: string[]): string {
  const user = insertFrom('users', userKeys, '$2');
  const link = insertFrom('activation_links', linkKeys, '$3');
  const event = insertFrom('events', eventKeys, '$4');
  const mail = insertFrom('mails', mailKeys, '$5');
  const kept = insertFrom('idempotency_keys', keptKeys, '$7');
  return `
    WITH known AS MATERIALIZED (
      SELECT FROM idempotency_keys k, jsonb_populate_record(NULL::idempotency_keys, $7::jsonb) AS asked
      WHERE k.token_id = asked.token_id AND k.key = asked.key),
    taken AS MATERIALIZED (
      SELECT t.name, u.id, u.display_name AS "displayName", u.username, u.email, u.username_folded AS "usernameFolded"
      FROM taken_names t JOIN users u ON u.id = t.user_id
      WHERE t.name = ANY ($1::text[]) AND NOT t.contested AND NOT EXISTS (SELECT FROM known)),
    kept AS (
      ${kept.into} FROM ${kept.row} WHERE $7::jsonb IS NOT NULL AND NOT EXISTS (SELECT FROM taken)
      ON CONFLICT DO NOTHING RETURNING key),
    person AS (
      ${user.into} FROM ${user.row}
      WHERE NOT EXISTS (SELECT FROM taken) AND ($7::jsonb IS NULL OR EXISTS (SELECT FROM kept)) RETURNING id),
    link AS (${link.into} FROM person, ${link.row}),
    event AS (${event.into} FROM person, ${event.row}),
    mail AS (${mail.into} FROM person, ${mail.row} WHERE $5::jsonb IS NOT NULL),
    task AS MATERIALIZED (
      SELECT added.id, ${tellPools('asked.name', '1')} FROM person, jsonb_to_recordset($6::jsonb) AS asked(name text, payload text)
      CROSS JOIN LATERAL graphile_worker.add_job(
        identifier => asked.name, payload => asked.payload::json, max_attempts => ${maxAttempts}, priority => 0) AS added)
    SELECT EXISTS (SELECT FROM person) AS made, (SELECT count(id) FROM task)::int AS tasks,
      (SELECT jsonb_agg(to_jsonb(taken)) FROM taken) AS taken`;
}
