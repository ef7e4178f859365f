'use client';

import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useEffect, useRef } from 'react';
import type { ImportStateName } from '@/lib/core/states';
import type { ImportProgress } from '@/lib/imports/queries';

const everyMs = 1_000;

async function fetchProgress(importId: string, signal: AbortSignal): Promise<ImportProgress> {
  const answer = await fetch(`/api/imports/${importId}/progress`, { signal });
  if (!answer.ok) throw new Error(`The import cannot be read (${answer.status}).`);
  return (await answer.json()) as ImportProgress;
}

/** An import, asked for until it leaves the state that the page shows; then the page is read again. */
export function useProgress(importId: string, shown: ImportStateName): ImportProgress | undefined {
  const router = useRouter();
  const { data } = useQuery({
    queryKey: ['import', importId, shown],
    queryFn: ({ signal }) => fetchProgress(importId, signal),
    refetchInterval: (query) => (query.state.data && query.state.data.state !== shown ? false : everyMs),
  });
  const left = data !== undefined && data.state !== shown;
  const told = useRef(false);
  useEffect(() => {
    if (!left || told.current) return;
    told.current = true;
    router.refresh();
  }, [left, router]);
  return data;
}
