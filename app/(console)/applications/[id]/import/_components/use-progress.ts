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

/**
 * An import, asked for until it leaves the state that the page shows; then the page is read again. @param shown absent: asked for as long as
 * it is shown
 */
export function useProgress(importId: string, shown: ImportStateName | undefined): ImportProgress | undefined {
  const router = useRouter();
  const isOver = (progress: ImportProgress | undefined) =>
    shown !== undefined && progress !== undefined && progress.state !== shown;
  const { data } = useQuery({
    queryKey: ['import', importId, shown ?? 'groups'],
    queryFn: ({ signal }) => fetchProgress(importId, signal),
    refetchInterval: (query) => (isOver(query.state.data) ? false : everyMs),
  });
  const left = isOver(data);
  const told = useRef(false);
  useEffect(() => {
    if (!left || told.current) return;
    told.current = true;
    router.refresh();
  }, [left, router]);
  return data;
}
