import { db, pool } from '../client';

/** Larger than this, in bytes, a table is cut off: what is deleted from it would be read over for the rest of the file. */
const largest = 1_048_576;

interface Emptied {
  delete: string;
  truncate: string;
  names: string[];
}
const known = new Map<string, Promise<Emptied>>();

/**
 * Empties tables and all that refer to them, as `TRUNCATE … CASCADE` does, which waits for the same locks. That gives a hundred
 * tables and their indexes new files, and has every connection forget what it knew of them: twenty times the work of deleting a
 * few rows, which is done here. No trigger runs; what the triggers of TRUNCATE delete is deleted as well.
 */
export async function emptyTables(...names: [string, ...string[]]): Promise<void> {
  const key = names.join(', ');
  const emptied = known.get(key) ?? everythingOf(names);
  known.set(key, emptied);
  const statements = await emptied;
  await pool.query((await isSmall(statements)) ? statements.delete : statements.truncate);
}

/** With the tables that refer to others, and those that the triggers of TRUNCATE keep. */
async function everythingOf(names: readonly string[]): Promise<Emptied> {
  const tables = await db.$queryRaw<{ name: string }[]>`
    WITH RECURSIVE emptied (id) AS (
      SELECT unnest(${names}::text[])::regclass::oid
      UNION
      SELECT follows.id FROM emptied CROSS JOIN LATERAL (
        SELECT conrelid AS id FROM pg_constraint WHERE contype = 'f' AND confrelid = emptied.id
        UNION ALL
        SELECT deleted[1]::regclass::oid FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
        CROSS JOIN regexp_matches(p.prosrc, 'DELETE FROM ([a-z_]+)', 'g') AS deleted
        WHERE t.tgrelid = emptied.id AND t.tgtype & 32 <> 0
      ) AS follows
    )
    SELECT id::regclass::text AS name FROM emptied ORDER BY 1`;
  const all = tables.map(({ name }) => name);
  return {
    // One message is one transaction.
    delete: [
      'SET LOCAL session_replication_role = replica',
      `LOCK TABLE ${all.join(', ')}`,
      ...all.map((name) => `DELETE FROM ${name}`),
    ].join(';'),
    truncate: `TRUNCATE ${names.join(', ')} CASCADE`,
    names: all,
  };
}

/** Whether rows are deleted; a server that is not ours may not let us pass over triggers. */
async function isSmall({ names }: Emptied): Promise<boolean> {
  const [row] = await db.$queryRaw<{ isSmall: boolean }[]>`
    SELECT has_parameter_privilege('session_replication_role', 'SET')
      AND max(pg_relation_size(name::regclass)) < ${largest} AS "isSmall" FROM unnest(${names}::text[]) AS name`;
  return row?.isSmall ?? false;
}
