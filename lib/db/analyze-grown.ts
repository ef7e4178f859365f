import { runStatement } from './statement';

/** Tables that a first cycle fills from nothing, and whose indexes the engine's own reads depend on. */
const tables = ['user_links', 'group_link_members', 'computed_names', 'remote_accounts', 'dry_run_rows'] as const;

const grown = {
  name: 'tables-grown',
  text: `
    SELECT relname AS table FROM pg_stat_user_tables
    WHERE schemaname = current_schema() AND relname = ANY ($1::text[]) AND n_mod_since_analyze > 1000 + n_live_tup / 2`,
};

/**
 * Has the planner look at tables that have grown by half, and by a thousand rows, since it last did. The database does so by
 * itself, after a minute and more; by then a first cycle has filled a table of which is known that it is empty, and whole
 * applications are read where an index would find one row.
 */
export async function analyzeGrown(): Promise<void> {
  const found = await runStatement<{ table: (typeof tables)[number] }>(grown, [tables]);
  await analyzeTables(found.map(({ table }) => table));
}

/**
 * Has the planner look at tables whatever they have grown by. What is new in a large one can be all that a statement asks for: as long as
 * none of it was seen, it is taken for a row or two, and whatever is compared with it is read again for each of the thousands that there are.
 */
export async function analyzeTables(names: readonly ((typeof tables)[number] | 'import_rows')[]): Promise<void> {
  for (const table of names) await runStatement({ name: `analyze-${table}`, text: `ANALYZE ${table}` }, []);
}
