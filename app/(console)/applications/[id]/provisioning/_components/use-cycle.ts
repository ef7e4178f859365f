'use client';

import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useEffect, useRef } from 'react';
import type { CycleProgress, CycleSummary } from '@/lib/provisioning/queries/cycles';

const everyMs = 1_000;

/** As it comes over the wire. */
export type LiveCycleState = Omit<CycleProgress, 'startedAt' | 'finishedAt'> & {
  startedAt: string | Date;
  finishedAt: string | Date | null;
};

async function fetchCycle(id: string, signal: AbortSignal): Promise<LiveCycleState> {
  const response = await fetch(`/api/cycles/${id}`, { signal });
  if (!response.ok) throw new Error(`The cycle cannot be read (${response.status}).`);
  return (await response.json()) as LiveCycleState;
}

/** One cycle, asked for until its stage is final; then the page is read once more, because other things hang on it. */
export function useCycle(cycle: CycleSummary): LiveCycleState {
  const router = useRouter();
  const initial: LiveCycleState = { ...cycle, doneUsers: 0, final: cycle.finishedAt !== null };
  const { data = initial } = useQuery({
    queryKey: ['cycle', cycle.id, String(cycle.startedAt)],
    queryFn: ({ signal }) => fetchCycle(cycle.id, signal),
    enabled: !initial.final,
    refetchInterval: (query) => (query.state.data?.final ? false : everyMs),
  });
  const wasFinal = useRef(initial.final);
  useEffect(() => {
    if (data.final && !wasFinal.current) router.refresh();
    wasFinal.current = data.final;
  }, [data.final, router]);
  return initial.final ? initial : data;
}
