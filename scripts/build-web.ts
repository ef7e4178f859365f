import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitForLock } from './file-lock.mjs';
import { type RunOptions, runOnce } from './supervisor';

const sources = ['app', 'components', 'lib', 'public', 'prisma/schema.prisma'];
const settings = ['next.config.ts', 'postcss.config.mjs', 'tsconfig.json', 'package-lock.json'];
const stamp = join('.next', 'latchkey-sources');

function* filesBelow(path: string): Generator<string> {
  if (!existsSync(path)) return;
  if (statSync(path).isFile()) {
    if (!path.includes('.test.')) yield path;
    return;
  }
  for (const name of readdirSync(path).sort()) {
    if (name !== 'generated') yield* filesBelow(join(path, name));
  }
}

function hashSources(): string {
  const hash = createHash('sha256');
  for (const path of [...sources, ...settings].flatMap((source) => [...filesBelow(source)])) {
    hash.update(path).update('\0').update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex');
}

/**
 * Builds the console when its sources changed since the last build; half a minute then, nothing otherwise.
 * @throws Error with everything that the build printed
 */
export async function buildWebWhenChanged(say: (line: string) => void, options: RunOptions = {}): Promise<void> {
  const release = await waitForLock(join('.data', 'building.lock'), (owner) =>
    say(`Another command builds the console (${owner}); waiting for it …`),
  );
  try {
    const wanted = hashSources();
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
    say('Building the console (about half a minute; only after changes) …');
    rmSync(stamp, { force: true });
    const env = { ...process.env, NODE_ENV: 'production' as const, NEXT_TELEMETRY_DISABLED: '1' };
    const args = ['node_modules/next/dist/bin/next', 'build'];
    await runOnce({ name: 'next build', args, env }, options);
    writeFileSync(stamp, wanted);
  } finally {
    release();
  }
}
