'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { MappingDraft } from '@/lib/applications/schema';
import type { ObjectType } from '@/lib/mappings/schema';
import type { MappingPreview } from '@/lib/provisioning/plan/preview-mapping';

interface Input {
  applicationId: string;
  objectType: ObjectType;
  subjectId: string | undefined;
  mappings: readonly MappingDraft[];
}

async function fetchPreview({ applicationId, ...body }: Input, signal: AbortSignal): Promise<MappingPreview> {
  const response = await fetch(`/api/applications/${applicationId}/mapping-preview`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal,
  });
  const answer = (await response.json()) as MappingPreview | { message: string };
  if (!response.ok) throw new Error('message' in answer ? answer.message : 'The preview did not answer.');
  return answer as MappingPreview;
}

/** The preview of the table as it is now, a moment after the last key. */
export function usePreview(input: Input): { preview: MappingPreview | undefined; failed: string | undefined } {
  const key = JSON.stringify(input.mappings);
  const [settled, setSettled] = useState(key);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(key), 250);
    return () => clearTimeout(timer);
  }, [key]);
  const { data, error } = useQuery({
    queryKey: ['mapping-preview', input.applicationId, input.objectType, input.subjectId, settled],
    queryFn: ({ signal }) => fetchPreview({ ...input, mappings: JSON.parse(settled) as MappingDraft[] }, signal),
    enabled: input.subjectId !== undefined,
    placeholderData: keepPreviousData,
    retry: false,
  });
  return { preview: data, failed: error?.message };
}
