import { isMainThread } from 'node:worker_threads';

/**
 * Milliseconds that this process has had a processor: unlike time, they do not pass while others are at work.
 * @throws Error in a thread, whose process has others at work beside it
 */
export function cpuTime(): number {
  if (!isMainThread) throw new Error('A test that counts processor time is one of `inProcesses` in vitest.config.ts.');
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
