'use client';

import { useQuery } from '@tanstack/react-query';
import type { Attempt } from '@/lib/provisioning/queries/attempt';

const everyMs = 500;

/** As it comes over the wire. */
export type LiveAttempt = Omit<Attempt, 'startedAt' | 'finishedAt'> & {
  startedAt: string | Date;
  finishedAt: string | Date | null;
};

async function fetchAttempt(id: string, signal: AbortSignal): Promise<LiveAttempt> {
  const response = await fetch(`/api/attempts/${id}`, { signal });
  if (!response.ok) throw new Error(`The attempt cannot be read (${response.status}).`);
  return (await response.json()) as LiveAttempt;
}

/** One attempt, asked for until nothing more happens by itself. */
export function useAttempt(attempt: Attempt): { attempt: LiveAttempt; isLost: boolean } {
  const initial: LiveAttempt = attempt;
  const { data = initial, isError } = useQuery({
    queryKey: ['attempt', attempt.id],
    queryFn: ({ signal }) => fetchAttempt(attempt.id, signal),
    enabled: !attempt.final,
    refetchInterval: (query) => (query.state.data?.final ? false : everyMs),
  });
  return { attempt: attempt.final ? initial : data, isLost: isError };
}
