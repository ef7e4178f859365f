import { db } from '../client';

/** Of a table, what may be written unseen: all of it, or changes of some columns only. */
export type Unseen = Record<string, 'all' | readonly string[]>;

const events = { INSERT: 'NEW', UPDATE: 'NEW', DELETE: 'OLD' } as const;

/**
 * Counts every row that is written from here on, by table, with triggers in the test's own database. The count is kept
 * in the transaction that writes: what is rolled back was never counted. An update that leaves a row as it was counts.
 * @param unseen tables that are left out, or columns of theirs
 */
export async function countChanges(unseen: Unseen): Promise<void> {
  await db.$executeRaw`CREATE SCHEMA testing`;
  // Rows are added, never updated: two transactions that write the same table do not wait for each other's count.
  await db.$executeRaw`CREATE UNLOGGED TABLE testing.changes (table_name text NOT NULL, rows bigint NOT NULL)`;
  await db.$executeRaw`
    CREATE FUNCTION testing.count_rows() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE changed bigint := 1;
    BEGIN
      IF TG_LEVEL = 'STATEMENT' AND TG_OP <> 'TRUNCATE' THEN SELECT count(*) INTO changed FROM changed_rows; END IF;
      IF changed > 0 THEN INSERT INTO testing.changes VALUES (TG_TABLE_NAME, changed); END IF;
      RETURN NULL;
    END $$`;
  const tables = await db.$queryRaw<{ address: string; name: string }[]>`
    SELECT format('%I.%I', schemaname, tablename) AS address, tablename AS name FROM pg_tables
    WHERE schemaname = 'public' OR (schemaname = 'graphile_worker' AND tablename = '_private_jobs')`;
  const statements = tables
    .filter(({ name }) => unseen[name] !== 'all')
    .flatMap(({ address, name }) => {
      const columns = unseenColumns(unseen[name]);
      return [
        `CREATE TRIGGER testing_truncate AFTER TRUNCATE ON ${address} EXECUTE FUNCTION testing.count_rows()`,
        ...Object.entries(events).map(([event, rows]) =>
          event === 'UPDATE' && columns.length > 0
            ? `CREATE TRIGGER testing_update AFTER UPDATE ON ${address} FOR EACH ROW
               WHEN (to_jsonb(OLD) - ${textArray(columns)} IS DISTINCT FROM to_jsonb(NEW) - ${textArray(columns)})
               EXECUTE FUNCTION testing.count_rows()`
            : `CREATE TRIGGER testing_${event} AFTER ${event} ON ${address}
               REFERENCING ${rows} TABLE AS changed_rows EXECUTE FUNCTION testing.count_rows()`,
        ),
      ];
    });
  for (const statement of statements) await db.$executeRawUnsafe(statement);
}

/** Rows written since {@link countChanges}, by table. */
export async function changesSoFar(): Promise<Record<string, number>> {
  const rows = await db.$queryRaw<{ name: string; rows: number }[]>`
    SELECT table_name AS name, sum(rows)::int AS rows FROM testing.changes GROUP BY 1 ORDER BY 1`;
  return Object.fromEntries(rows.map(({ name, rows: count }) => [name, count]));
}

const unseenColumns = (entry: Unseen[string] | undefined): readonly string[] => (entry === 'all' ? [] : (entry ?? []));

const textArray = (values: readonly string[]): string => `ARRAY[${values.map((value) => `'${value}'`).join(', ')}]`;
