import type pg from 'pg';
import { storedName } from '@/lib/core/fold-name';

/** Rows that are read and written at once. */
const batch = 5_000;
const nil = '00000000-0000-0000-0000-000000000000';

/** Names that are stored: the key of their table (UUIDs), what they are read from, and where the folded form goes. */
const stored = [
  { table: 'users', key: ['id'], name: 'username', folded: 'username_folded' },
  { table: 'users', key: ['id'], name: 'email', folded: 'email_folded' },
  { table: 'groups', key: ['id'], name: 'name', folded: 'name_folded' },
  {
    table: 'application_users',
    key: ['application_id', 'user_id'],
    name: 'application_username',
    folded: 'application_username_folded',
  },
  {
    table: 'user_links',
    key: ['id'],
    name: "coalesce(last_read ->> 'userName', last_sent ->> 'userName')",
    folded: 'account_name',
  },
] as const;

/** Folds the names that SQL cannot fold: those with more than ASCII in them. Done again it does nothing. */
export async function foldStoredNames(client: pg.Client): Promise<void> {
  for (const { table, key, name, folded } of stored) {
    const columns = key.join(', ');
    const numbered = key.map((_, index) => `$${index + 1}::uuid`).join(', ');
    let after: readonly string[] = key.map(() => nil);
    for (;;) {
      const { rows } = await client.query<string[]>({
        text: `SELECT ${name}, ${columns} FROM ${table}
          WHERE (${columns}) > (${numbered}) AND coalesce(${folded}, '') = '' AND ${name} <> ''
          ORDER BY ${columns} LIMIT ${batch}`,
        values: [...after],
        rowMode: 'array',
      });
      const arrays = key.map((_, index) => rows.map((row) => row[index + 1]));
      await client.query(
        `UPDATE ${table} SET ${folded} = f.folded
         FROM unnest($1::text[], ${key.map((_, index) => `$${index + 2}::uuid[]`).join(', ')}) AS f(folded, ${columns})
         WHERE ${key.map((column) => `${table}.${column} = f.${column}`).join(' AND ')}`,
        [rows.map(([text = '']) => storedName(text)), ...arrays],
      );
      const last = rows.at(-1);
      if (!last || rows.length < batch) break;
      after = last.slice(1);
    }
  }
}
