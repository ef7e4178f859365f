'use client';

import { type FormEvent, useState } from 'react';
import { useAction } from '@/components/patterns/use-action';
import type { MappingDraft } from '@/lib/applications/schema';
import type { Failure } from '@/lib/core/failure';
import type { ObjectType } from '@/lib/mappings/schema';
import { saveMappingsAction } from '../actions';

/** The table as somebody else saved it meanwhile. */
export interface Stale {
  version: number;
  values: { mappings: MappingDraft[] };
}

export interface SaveMappings {
  submit: (event: FormEvent) => void;
  pending: boolean;
  error: Failure | undefined;
  clearError: () => void;
  stale: Stale | undefined;
  /** What is stored now was taken over: go on from there. */
  accept: () => void;
  /** What was typed is saved over it. */
  overwrite: () => void;
}

/** Saves one mapping table, and finds out when somebody else was quicker. */
export function useSaveMappings(input: {
  applicationId: string;
  objectType: ObjectType;
  version: number;
  rows: readonly MappingDraft[];
}): SaveMappings {
  const { applicationId, objectType, rows } = input;
  const [stale, setStale] = useState<Stale>();
  const [newer, setNewer] = useState(0);
  const version = Math.max(newer, input.version);
  const action = async (at: number) => {
    const result = await saveMappingsAction({ applicationId, objectType, version: at, mappings: [...rows] });
    if (!result.ok && result.code === 'stale_version') setStale(result.details as Stale);
    return result;
  };
  const save = useAction(action, { success: 'Mappings saved', showError: 'inline' });
  const settle = () => {
    if (stale) setNewer(stale.version);
    setStale(undefined);
    save.clearError();
  };
  return {
    submit: (event) => {
      event.preventDefault();
      void save.run(version);
    },
    pending: save.pending,
    error: save.error,
    clearError: save.clearError,
    stale,
    accept: settle,
    overwrite: () => {
      settle();
      if (stale) void save.run(stale.version);
    },
  };
}
