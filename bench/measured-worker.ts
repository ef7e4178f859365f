import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { WorkerUsage } from './worker-meter';

export interface MeasuredWorker {
  usage(): Promise<WorkerUsage>;
  stop(): Promise<void>;
}

/**
 * The worker as production runs it, in the environment of this process.
 * @param nodeOptions such as `--max-old-space-size=256`
 */
export function startMeasuredWorker(nodeOptions: readonly string[] = []): MeasuredWorker {
  const preloaded = ['guard', 'worker-meter'].flatMap((name) => [
    '--import',
    pathToFileURL(join(process.cwd(), 'dist', `${name}.mjs`)).href,
  ]);
  const child = spawn(process.execPath, [...nodeOptions, ...preloaded, join('dist', 'worker.mjs')], {
    env: { ...process.env, NODE_ENV: 'production', LATCHKEY_SUPERVISED: '1' },
    stdio: ['pipe', 'ignore', 'inherit', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const failed = () => new Error('The worker ended while it was measured.');
  return {
    usage: () =>
      new Promise((resolve, reject) => {
        if (!child.connected) return reject(failed());
        const lost = () => reject(failed());
        child.once('exit', lost);
        child.once('message', (usage) => {
          child.off('exit', lost);
          resolve(usage as WorkerUsage);
        });
        child.send('usage');
      }),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await ended;
    },
  };
}
