import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useEffect, useRef } from 'react';
import type { RowCounts } from '@/lib/batches/queries';
import type { BatchStateName } from '@/lib/core/states';

const everyMs = 1_000;

interface Progress {
  state: BatchStateName;
  counts: RowCounts;
  total: number;
}

/** A batch, asked for while it runs; when it is over, the page is read again. */
export function useBatch(id: string): Progress | undefined {
  const router = useRouter();
  const { data } = useQuery({
    queryKey: ['user-batch', id],
    queryFn: async ({ signal }): Promise<Progress> => {
      const answer = await fetch(`/api/user-batches/${id}/progress`, { signal });
      if (!answer.ok) throw new Error(`It cannot be read (${answer.status}).`);
      return answer.json();
    },
    refetchInterval: (query) => (query.state.data && query.state.data.state !== 'running' ? false : everyMs),
  });
  const over = data !== undefined && data.state !== 'running';
  const told = useRef(false);
  useEffect(() => {
    if (!over || told.current) return;
    told.current = true;
    router.refresh();
  }, [over, router]);
  return data;
}
