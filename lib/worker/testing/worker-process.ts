import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { build } from 'esbuild';
import { db } from '@/lib/db/client';
import { bundleOptions } from '@/scripts/prepare.mjs';

/** Workers as processes of their own, on the database of the test file. */
export interface WorkerProcesses {
  start(): ChildProcess;
  /** Ends one, or all, without a chance to put anything in order. */
  kill(worker?: ChildProcess): Promise<void>;
}

/** Bundles the worker as it is now. @param name of a folder that no other test file uses */
export async function buildWorker(name: string): Promise<WorkerProcesses> {
  const outdir = `dist/${name}`;
  await build({ ...bundleOptions(), entryPoints: { worker: 'lib/worker/main.ts' }, outdir });
  const started = new Set<ChildProcess>();
  const end = async (worker: ChildProcess) => {
    started.delete(worker);
    if (worker.exitCode !== null || worker.signalCode !== null) return;
    worker.kill('SIGKILL');
    await once(worker, 'exit');
  };
  return {
    start() {
      const stdio = ['ignore', 'inherit', 'inherit'] as const;
      const worker = spawn(process.execPath, [`${outdir}/worker.mjs`], { env: process.env, stdio: [...stdio] });
      started.add(worker);
      return worker;
    },
    kill: async (worker) => {
      await Promise.all((worker ? [worker] : [...started]).map(end));
    },
  };
}

/** Waits until something holds. @throws Error that says what was waited for, after so many seconds */
export async function until(what: string, seconds: number, check: () => Promise<boolean>): Promise<void> {
  const start = Date.now();
  while (!(await check())) {
    if (Date.now() - start > seconds * 1_000) throw new Error(`Not within ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** What is left of workers that were killed is taken for dead at once, and not after ten seconds. */
export async function takenForDead(): Promise<void> {
  await db.$executeRaw`UPDATE worker_heartbeats SET last_seen_at = clock_timestamp() - interval '1 minute'`;
  await db.$executeRaw`UPDATE graphile_worker._private_jobs SET locked_at = locked_at - interval '1 minute' WHERE locked_at IS NOT NULL`;
}
