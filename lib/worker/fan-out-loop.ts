import { setTimeout as sleep } from 'node:timers/promises';
import { fanOut } from '@/lib/webhooks/fan-out';

const pauseMs = 1_000;
/** While it does not work, the database being away: longer and longer, up to this. */
const longestPauseMs = 15_000;

/**
 * Looks about every second whether webhooks are to be told of something. Not a job per event: jobs of one key would have
 * the transactions that write events wait for each other.
 */
export function startFanOut(): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const ended = loop(stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}

async function loop(signal: AbortSignal): Promise<void> {
  let pause = pauseMs;
  while (!signal.aborted) {
    try {
      await fanOut();
      pause = pauseMs;
    } catch (error) {
      // Once per trouble, not once per attempt.
      if (pause === pauseMs) console.error('webhooks:', error instanceof Error ? error.message : error);
      pause = Math.min(pause * 2, longestPauseMs);
    }
    await sleep(pause, undefined, { signal }).catch(() => undefined);
  }
}
