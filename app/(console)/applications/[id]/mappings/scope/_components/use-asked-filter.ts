'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Failure } from '@/lib/core/failure';
import type { Filter } from '@/lib/filters/schema';
import type { ObjectType } from '@/lib/mappings/schema';
import type { FilterAnswer, FilterImpact } from '@/lib/provisioning/queries/filter-preview';

interface Asked {
  applicationId: string;
  objectType: ObjectType;
  groups: Filter;
}

/** What is wrong with the filter; anything else is an error. */
export type Refused = { refused: Failure };

/** Asks about a filter that is not saved. @throws Error when there is no answer */
export async function askAboutFilter<T>(
  what: 'preview' | 'changes' | 'ask',
  { applicationId, ...body }: Asked & Record<string, unknown>,
  signal?: AbortSignal,
): Promise<T | Refused> {
  const response = await fetch(`/api/applications/${applicationId}/scope-filter/${what}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  });
  const answer = (await response.json()) as T | Failure;
  if (response.ok) return answer as T;
  const failure = answer as Failure;
  if (failure.code === 'invalid_input') return { refused: failure };
  throw new Error(failure.message ?? 'The preview did not answer.');
}

/** Of a filter as it is now, a moment after the last key: whom it changes something for, and what it says of one of them. */
export function useAskedFilter(asked: Asked, subjectId: string | undefined) {
  const key = JSON.stringify(asked.groups);
  const [settled, setSettled] = useState(key);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(key), 300);
    return () => clearTimeout(timer);
  }, [key]);
  const input = { ...asked, groups: JSON.parse(settled) as Filter };
  const names = [asked.applicationId, asked.objectType, settled];
  const impact = useQuery({
    queryKey: ['scope-filter', 'preview', ...names],
    queryFn: ({ signal }) => askAboutFilter<FilterImpact>('preview', input, signal),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const answer = useQuery({
    queryKey: ['scope-filter', 'ask', ...names, subjectId],
    queryFn: ({ signal }) => askAboutFilter<FilterAnswer>('ask', { ...input, subjectId }, signal),
    enabled: subjectId !== undefined,
    placeholderData: keepPreviousData,
    retry: false,
  });
  return {
    impact: told(impact.data),
    answer: told(answer.data),
    refused: impact.data && 'refused' in impact.data ? impact.data.refused : undefined,
    failed: impact.error?.message ?? answer.error?.message,
    /** What is shown is of this very filter. */
    current: settled === key && !impact.isPlaceholderData,
  };
}

function told<T extends object>(data: T | Refused | undefined): T | undefined {
  return data && !('refused' in data) ? (data as T) : undefined;
}
