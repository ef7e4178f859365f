'use client';

import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useEffect, useRef } from 'react';
import type { Move } from '@/lib/moves/queries';

const everyMs = 1_000;

/** As it comes over the wire: with times as text, which this page does not tell. */
export type LiveMove = Omit<Move, 'startedAt' | 'handedOverAt' | 'signedOverAt' | 'finishedAt'>;

/** Something goes on that ends by itself. */
export const isBusy = ({ reading, isCatchingUp }: Pick<Move, 'reading' | 'isCatchingUp'>) =>
  isCatchingUp || reading?.state === 'fetching';

/** A migration, asked for while something of it goes on; then the page is read once more. */
export function useMove(move: Move): LiveMove {
  const router = useRouter();
  const initial: LiveMove = move;
  const { data = initial } = useQuery({
    queryKey: ['migration', move.id, move.version],
    queryFn: async ({ signal }): Promise<LiveMove> => {
      const response = await fetch(`/api/migrations/${move.id}`, { signal });
      if (!response.ok) throw new Error(`The migration cannot be read (${response.status}).`);
      return response.json();
    },
    enabled: isBusy(move),
    refetchInterval: (query) => (query.state.data && !isBusy(query.state.data) ? false : everyMs),
  });
  const wasBusy = useRef(isBusy(move));
  useEffect(() => {
    if (wasBusy.current && !isBusy(data)) router.refresh();
    wasBusy.current = isBusy(data);
  }, [data, router]);
  return isBusy(move) ? data : move;
}
