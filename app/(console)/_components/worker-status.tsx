'use client';

import { Status, type Tone } from '@/components/ui/status';
import { Tooltip } from '@/components/ui/tooltip';

export type WorkerState = 'running' | 'paused' | 'stopped';

const words: Record<WorkerState, { tone: Tone; word: string; explanation: string }> = {
  running: {
    tone: 'ok',
    word: 'Worker',
    explanation: 'The worker is running: changes reach applications within seconds.',
  },
  paused: {
    tone: 'attention',
    word: 'Paused',
    explanation: 'All provisioning is paused. Nothing is sent to any application until it is resumed.',
  },
  stopped: {
    tone: 'error',
    word: 'Worker stopped',
    explanation: 'No worker has been heard from. Changes wait until one is started (npm start, or the worker service).',
  },
};

/** Whether anything carries changes to the applications. */
export function WorkerStatus({ state }: { state: WorkerState }) {
  const { tone, word, explanation } = words[state];
  return (
    <Tooltip content={explanation} side="bottom">
      <button
        type="button"
        aria-label={`${word}: ${explanation}`}
        className="cursor-default rounded-md px-1 text-muted text-xs"
      >
        <Status tone={tone} className="[&>span]:max-sm:hidden">
          {word}
        </Status>
      </button>
    </Tooltip>
  );
}
