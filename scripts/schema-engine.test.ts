import { readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { diffSchemas } from './schema-engine';

afterAll(() => db.$disconnect());

const schemaText = readFileSync('prisma/schema.prisma', 'utf8');

/** Columns and indexes of one PostgreSQL schema, in a form that two schemas can be compared in. */
/** Not of the schema: what Prisma keeps for itself, and what triggers of one transaction tell each other. */
const withoutModel = ['_prisma_migrations', 'cycle_count_changes'];

async function describeSchema(client: pg.Client, name: string): Promise<{ columns: string[]; indexes: string[] }> {
  const columns = await client.query<{ line: string }>(
    `SELECT concat_ws(' ', table_name, column_name, udt_name, is_nullable, character_maximum_length,
                      datetime_precision, replace(column_default, table_schema || '.', '')) AS line
       FROM information_schema.columns WHERE table_schema = $1 AND table_name <> ALL ($2)`,
    [name, withoutModel],
  );
  const indexes = await client.query<{ line: string }>(
    `SELECT replace(indexdef, ' ON ' || schemaname || '.', ' ON ') AS line
       FROM pg_indexes WHERE schemaname = $1 AND tablename <> ALL ($2)`,
    [name, withoutModel],
  );
  return {
    columns: columns.rows.map(({ line }) => line).sort(),
    indexes: indexes.rows.map(({ line }) => line).sort(),
  };
}

test('the migrations lead to exactly the columns of the schema, and to all of its indexes', async () => {
  const url = process.env.DATABASE_URL ?? '';
  const sql = await diffSchemas(undefined, schemaText, url);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('CREATE SCHEMA wanted; SET search_path = wanted');
    await client.query(sql);
    const wanted = await describeSchema(client, 'wanted');
    const migrated = await describeSchema(client, 'public');
    expect(wanted.columns.length).toBeGreaterThan(100);
    expect(migrated.columns).toEqual(wanted.columns);
    // The migrations have more: partial indexes, which the schema language cannot say.
    expect(migrated.indexes).toEqual(expect.arrayContaining(wanted.indexes));
  } finally {
    await client.end();
  }
});

test('a migration is what changed, and nothing when nothing did', async () => {
  const url = process.env.DATABASE_URL ?? '';
  expect(await diffSchemas(schemaText, schemaText, url)).toContain('This is an empty migration');
  const grown = `${schemaText}\nmodel Probe {\n  id Int @id\n}\n`;
  expect(await diffSchemas(schemaText, grown, url)).toMatch(/^-- CreateTable\nCREATE TABLE "Probe"/);
});
