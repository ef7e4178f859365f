import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from './embedded-postgres';
import { diffSchemas } from './schema-engine';

const usage = `Writes prisma/migrations/<next number>_<name>/migration.sql from what changed in prisma/schema.prisma.

  npm run make-migration -- <name> [--from <commit>|empty] [--number <n>]

Compares with the schema of the last commit unless told otherwise.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { from: { type: 'string', default: 'HEAD' }, number: { type: 'string' } },
});
const [name] = positionals;
if (!name || !/^[a-z0-9_]+$/.test(name)) {
  console.error(usage);
  process.exit(1);
}

const folder = 'prisma/migrations';
const before =
  values.from === 'empty'
    ? undefined
    : execFileSync('git', ['show', `${values.from}:prisma/schema.prisma`], { encoding: 'utf8' });
const scratch = mkdtempSync(join(tmpdir(), 'latchkey-diff-'));
const server = await startEmbeddedPostgres(join(scratch, 'postgres'), { disposable: true });
const sql = await diffSchemas(before, readFileSync('prisma/schema.prisma', 'utf8'), server.url).finally(async () => {
  await server.stop();
  rmSync(scratch, { recursive: true, force: true });
});
if (!/^\s*(?!--)\S/m.test(sql) || sql.includes('This is an empty migration')) {
  console.log('The schema did not change.');
} else {
  const numbers = readdirSync(folder).map((entry) => Number.parseInt(entry, 10) || 0);
  const number = values.number ? Number(values.number) : Math.max(0, ...numbers) + 1;
  const target = join(folder, `${String(number).padStart(4, '0')}_${name}`);
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, 'migration.sql'), sql);
  console.log(`Wrote ${target}/migration.sql. Read it before you commit it: a renamed column looks like a lost one.`);
}
