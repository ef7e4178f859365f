'use client';

import { useEffect, useRef, useState } from 'react';
import type { TimelineStep } from '@/components/patterns/step-timeline';
import type { ConnectionStep } from '@/lib/scim/check-connection';

export interface TestRefusal {
  message: string;
  hint?: string;
  field?: string;
}

export interface ConnectionTest {
  steps: TimelineStep[];
  running: boolean;
  refused: TestRefusal | undefined;
  /** Undefined while nothing was tested, or a step failed. */
  passed: boolean;
  /** What a test that wrote has found out of the server. */
  taught: { patch: boolean; pathFilters: boolean } | undefined;
  /** What is shown was found with other settings, or another token, than there are now. */
  outdated: boolean;
  run: (input: { baseUrl: string; write?: boolean }) => Promise<void>;
}

type Line = ConnectionStep | { refused: TestRefusal };

const states = { ok: 'ok', failed: 'error', skipped: 'skipped', warning: 'warning' } as const;

/**
 * Runs the test of a connection as typed, and fills the checklist while it runs. @param settings what a test is of, as it is
 * now: a result is out of date as soon as it differs from what was tested
 */
export function useConnectionTest(
  applicationId: string,
  planned: readonly { id: string; label: string }[],
  settings: Readonly<Record<string, unknown>>,
): ConnectionTest {
  const [tested, setTested] = useState<string>();
  const now = JSON.stringify(settings);
  const [done, setDone] = useState<readonly ConnectionStep[]>([]);
  const [running, setRunning] = useState(false);
  const [refused, setRefused] = useState<TestRefusal>();
  const aborter = useRef<AbortController>(undefined);
  useEffect(() => () => aborter.current?.abort(), []);

  const run: ConnectionTest['run'] = async (input) => {
    aborter.current?.abort();
    const current = new AbortController();
    aborter.current = current;
    setTested(now);
    setDone([]);
    setRefused(undefined);
    setRunning(true);
    try {
      const response = await fetch(`/api/applications/${applicationId}/integration/test`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(input),
        signal: current.signal,
      });
      if (!response.ok) {
        setRefused((await response.json()) as TestRefusal);
        return;
      }
      for await (const line of jsonLines(response)) {
        if ('refused' in line) setRefused(line.refused);
        else setDone((before) => [...before, line]);
      }
    } catch {
      if (!current.signal.aborted) setRefused({ message: 'The test did not answer.', hint: 'Try again.' });
    } finally {
      if (aborter.current === current) setRunning(false);
    }
  };

  const steps = planned.map(({ id, label }, index): TimelineStep => {
    const step = done.find((entry) => entry.id === id);
    if (step) {
      const { state, durationMs, message, hint } = step;
      return { id, label, state: states[state], message, hint, ...(state === 'skipped' ? {} : { durationMs }) };
    }
    return { id, label, state: running && index === done.length ? 'running' : 'waiting' };
  });
  const found = planned.flatMap(({ id }) => done.find((step) => step.id === id && step.state !== 'failed') ?? []);
  const passed = found.length === planned.length;
  const { capabilities } = done.find(({ id, state }) => id === 'clean_up' && state !== 'skipped') ?? {};
  const taught = capabilities && { patch: capabilities.patch, pathFilters: capabilities.pathFilters };
  const shown = refused !== undefined || done.length > 0;
  return { steps, running, refused, passed, taught, outdated: shown && tested !== now, run };
}

async function* jsonLines(response: Response): AsyncGenerator<Line> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) return;
  let rest = '';
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    const lines = (rest + chunk.value).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as Line;
  }
}
