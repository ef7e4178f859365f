import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Failure } from '@/lib/core/failure';
import type { Filter } from '@/lib/filters/schema';
import type { ForetoldRule } from '@/lib/provisioning/queries/rule-preview';

type Answer = { preview: ForetoldRule } | { refused: Failure };

/** Of a rule as it is now, a moment after the last key: who would be a member, and which accounts follow from it. */
export function usePreviewedRule(groupId: string, rule: Filter) {
  const key = JSON.stringify(rule);
  const [settled, setSettled] = useState(key);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(key), 300);
    return () => clearTimeout(timer);
  }, [key]);
  const asked = useQuery({
    queryKey: ['group-rule', groupId, settled],
    queryFn: ({ signal }) => ask(groupId, settled, signal),
    enabled: settled !== '[]',
    placeholderData: keepPreviousData,
    retry: false,
  });
  const { data } = asked;
  return {
    preview: data && 'preview' in data ? data.preview : undefined,
    refused: data && 'refused' in data ? data.refused : undefined,
    failed: asked.error?.message,
    /** What is shown is of this very rule. */
    current: settled === key && !asked.isPlaceholderData,
  };
}

async function ask(groupId: string, rule: string, signal: AbortSignal): Promise<Answer> {
  const response = await fetch('/api/group-rules/preview', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ groupId, rule: JSON.parse(rule) }),
    signal,
  });
  const answer = (await response.json()) as ForetoldRule | Failure;
  if (response.ok) return { preview: answer as ForetoldRule };
  const failure = answer as Failure;
  if (failure.code === 'invalid_input') return { refused: failure };
  throw new Error(failure.message ?? 'The preview did not answer.');
}
