'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { TakenPreview } from '@/lib/imports/preview-settings';
import type { ReverseMapping } from '@/lib/imports/settings-schema';

async function fetchPreview(applicationId: string, body: string, signal: AbortSignal): Promise<TakenPreview> {
  const response = await fetch(`/api/applications/${applicationId}/import-preview`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    signal,
  });
  const answer = (await response.json()) as TakenPreview | { message: string };
  if (!response.ok) throw new Error('message' in answer ? answer.message : 'The preview did not answer.');
  return answer as TakenPreview;
}

/**
 * What people would take of one real account by the table as it is now, a moment after the last key.
 * @param userId whose account; absent: the first one
 */
export function useTakenPreview(
  applicationId: string,
  mappings: readonly ReverseMapping[],
  userId: string | undefined,
): { preview: TakenPreview | undefined; problem: string | undefined } {
  const key = JSON.stringify({ mappings: mappings.filter(({ source }) => source !== ''), userId });
  const [settled, setSettled] = useState(key);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(key), 250);
    return () => clearTimeout(timer);
  }, [key]);
  const { data, error } = useQuery({
    queryKey: ['import-preview', applicationId, settled],
    queryFn: ({ signal }) => fetchPreview(applicationId, settled, signal),
    placeholderData: keepPreviousData,
    retry: false,
  });
  return { preview: error ? undefined : data, problem: error?.message };
}
