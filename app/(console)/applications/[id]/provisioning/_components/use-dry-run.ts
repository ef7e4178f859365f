'use client';

import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { dryRunStagesThat, isOneOf } from '@/lib/core/states';
import type { DryRunSummary } from '@/lib/provisioning/queries/dry-runs';

const everyMs = 1_000;

/** As it comes over the wire. */
export type LiveDryRun = Omit<DryRunSummary, 'startedAt' | 'finishedAt'> & {
  startedAt: string | Date;
  finishedAt: string | Date | null;
};

export const isOver = ({ stage }: Pick<DryRunSummary, 'stage'>) => isOneOf(dryRunStagesThat.areFinal, stage);

async function fetchRun(id: string, signal: AbortSignal): Promise<LiveDryRun> {
  const response = await fetch(`/api/dry-runs/${id}`, { signal });
  if (!response.ok) throw new Error(`The dry run cannot be read (${response.status}).`);
  return (await response.json()) as LiveDryRun;
}

/** One dry run, asked for until it is over; then the page is read once more, because its rows are all there. */
export function useDryRun(run: DryRunSummary): LiveDryRun {
  const router = useRouter();
  const initial: LiveDryRun = run;
  const { data = initial } = useQuery({
    queryKey: ['dry-run', run.id],
    queryFn: ({ signal }) => fetchRun(run.id, signal),
    enabled: !isOver(run),
    refetchInterval: (query) => (query.state.data && isOver(query.state.data) ? false : everyMs),
  });
  const wasOver = useRef(isOver(run));
  useEffect(() => {
    if (isOver(data) && !wasOver.current) router.refresh();
    wasOver.current = isOver(data);
  }, [data, router]);
  return isOver(run) ? run : data;
}
