import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findNodeInBrowserCode, listBrowserModules } from './browser-safe';

/** One thing that must hold for all sources. @returns what is wrong, undefined when nothing is */
type Check = () => string | undefined | Promise<string | undefined>;

function runNode(args: string[]): { ok: boolean; output: string } {
  const result = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return { ok: result.status === 0, output: `${result.stdout}${result.stderr}`.trim() };
}

function tool(...args: string[]): Check {
  return () => {
    const { ok, output } = runNode(args);
    return ok ? undefined : output;
  };
}

function checkImports(): string | undefined {
  const folders = ['app', 'components', 'lib', 'sandbox', 'scripts', 'prisma', 'e2e', 'bench'].filter((name) =>
    existsSync(name),
  );
  const { ok, output } = runNode(['node_modules/dependency-cruiser/bin/dependency-cruise.mjs', ...folders]);
  const modules = Number(/\((\d+) modules/.exec(output)?.[1] ?? 0);
  // With a TypeScript that it does not know, it cruises nothing and is content.
  if (ok && modules < 10) return `only ${modules} modules were looked at:\n${output}`;
  return ok ? undefined : output;
}

async function checkBrowserCode(): Promise<string | undefined> {
  const modules = listBrowserModules();
  if (modules.length === 0) return 'no browser modules were found';
  const problems = await findNodeInBrowserCode(modules);
  return problems.length === 0 ? undefined : problems.join('\n');
}

function checkTypes(): string | undefined {
  // next-env.d.ts and the types of routes are generated; a fresh clone has none.
  const generated = runNode(['node_modules/next/dist/bin/next', 'typegen']);
  if (!generated.ok) return generated.output;
  const { ok, output } = runNode(['node_modules/typescript/bin/tsc', '--noEmit']);
  return ok ? undefined : output;
}

const checks: [name: string, check: Check][] = [
  ['style (biome)', tool('node_modules/@biomejs/biome/bin/biome', 'ci', '--colors=off')],
  ['imports (dependency-cruiser)', checkImports],
  ['browser code is free of Node', checkBrowserCode],
  ['unused code (knip)', tool('node_modules/knip/bin/knip.js', '--no-progress')],
  ['types (tsc)', checkTypes],
];

let failures = 0;
for (const [name, check] of checks) {
  const startedAt = Date.now();
  const problem = await check();
  console.log(`${problem === undefined ? 'ok  ' : 'FAIL'} ${name} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
  if (problem === undefined) continue;
  failures += 1;
  console.log(`${problem}\n`);
}
process.exit(failures === 0 ? 0 : 1);
