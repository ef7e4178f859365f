import { type ChildProcess, fork, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startEmbeddedPostgres } from '../scripts/embedded-postgres';
import { inheritedEnvironment } from './product';

export type RunnerMessage<Figures> = { say: string } | { figures: Figures } | { failed: string };

/**
 * Runs a script of `dist` on an installation of its own: an embedded database that writes everything down, and a SCIM target in memory
 * (bench/scim-target.ts). The script gets the target's origin and the options, and sends {@link RunnerMessage}s. Nothing is left behind.
 */
export async function onTarget<Figures>(
  script: string,
  options: object,
  say: (line: string) => void,
): Promise<Figures> {
  const scratch = mkdtempSync(join(tmpdir(), 'latchkey-bench-'));
  const target = await startTarget();
  const server = await startEmbeddedPostgres(join(scratch, 'postgres'));
  const stop = async () => {
    target.process.kill();
    await server.stop();
    rmSync(scratch, { recursive: true, force: true });
  };
  // The server does not end with us by itself; the script and its worker do.
  const onSignal = () => void stop().finally(() => process.exit(1));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, onSignal);
  try {
    const environment = {
      ...inheritedEnvironment(),
      DATABASE_URL: server.url,
      LATCHKEY_SECRET_KEY: randomBytes(32).toString('hex'),
      ORIGIN: 'http://localhost:3000',
      LATCHKEY_ALLOW_PRIVATE_TARGETS: new URL(target.origin).host,
    };
    return await run<Figures>(script, [target.origin, JSON.stringify(options)], environment, say);
  } finally {
    await stop();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onSignal);
  }
}

function run<Figures>(
  script: string,
  args: readonly string[],
  env: Record<string, string | undefined>,
  say: (line: string) => void,
): Promise<Figures> {
  const child = fork(join('dist', `${script}.mjs`), args, { env: env as unknown as NodeJS.ProcessEnv });
  return new Promise((resolve, reject) => {
    let figures: Figures | undefined;
    child.on('message', (message: RunnerMessage<Figures>) => {
      if ('say' in message) say(message.say);
      else if ('failed' in message) reject(new Error(message.failed));
      else figures = message.figures;
    });
    // Its worker writes a profile while it ends: what comes after waits for it.
    child.once('exit', (code) => {
      if (figures) resolve(figures);
      else reject(new Error(`${script} ended with code ${code}.`));
    });
  });
}

async function startTarget(): Promise<{ process: ChildProcess; origin: string }> {
  const child = spawn(process.execPath, [join('dist', 'scim-target.mjs')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const port = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The target ended with code ${code}.`)));
    createInterface({ input: child.stdout }).once('line', resolve);
  });
  return { process: child, origin: `http://127.0.0.1:${port}` };
}
