'use client';

import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import type { EventRow } from '@/lib/events/queries';

const everyMs = 2_000;
/** The tail keeps this many; older ones are found by paging. */
const most = 500;

interface Newer {
  items: EventRow[];
  latest: string;
}

/** @returns 'signed out' when the session is over: the tail does not keep it open */
async function fetchNewer(query: string, after: string, signal: AbortSignal): Promise<Newer | 'signed out'> {
  const params = new URLSearchParams(query);
  params.set('after', after);
  const answer = await fetch(`/api/events?${params}`, { signal });
  if (answer.status === 401) return 'signed out';
  if (!answer.ok) throw new Error(`Events cannot be read (${answer.status}).`);
  return (await answer.json()) as Newer;
}

/**
 * Events that came since the page was read, newest first.
 * @param query the filters, as they stand in the URL @param latest the highest id when the page was read
 */
export function useTail(query: string, latest: string, enabled: boolean): EventRow[] {
  const router = useRouter();
  const [newer, setNewer] = useState<EventRow[]>([]);
  const last = useRef(latest);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins.
  useEffect(() => {
    last.current = latest;
    setNewer([]);
  }, [query, latest, enabled]);
  const { data } = useQuery({
    queryKey: ['events', query, latest],
    queryFn: ({ signal }) => fetchNewer(query, last.current, signal),
    enabled,
    refetchInterval: everyMs,
    staleTime: 0,
    gcTime: 0,
  });
  useEffect(() => {
    if (!data) return;
    // The page leads to the sign-in then. Numbers begin anew when the demo is reset.
    if (data === 'signed out' || BigInt(data.latest) < BigInt(last.current)) {
      router.refresh();
      return;
    }
    const [newest] = data.items;
    if (!newest || BigInt(newest.id) <= BigInt(last.current)) return;
    last.current = newest.id;
    setNewer((before) => [...data.items, ...before].slice(0, most));
  }, [data, router]);
  return enabled ? newer : [];
}
