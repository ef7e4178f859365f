'use client';

import type { FormEvent } from 'react';
import { useAction } from '@/components/patterns/use-action';
import { type Conflict, useConflict, useNewestVersion } from '@/components/patterns/use-conflict';
import type { MappingDraft } from '@/lib/applications/schema';
import type { Failure } from '@/lib/core/failure';
import type { ObjectType } from '@/lib/mappings/schema';
import { saveMappingsAction } from '../actions';
import { differencesOfRows } from './differences-of-rows';

export interface SaveMappings {
  submit: (event: FormEvent) => void;
  pending: boolean;
  error: Failure | undefined;
  clearError: () => void;
  conflict: Conflict | undefined;
}

/** Saves one mapping table, and finds out when somebody else was quicker. @param input `load` replaces the rows */
export function useSaveMappings(input: {
  applicationId: string;
  objectType: ObjectType;
  version: number;
  rows: readonly MappingDraft[];
  load: (rows: readonly MappingDraft[]) => void;
}): SaveMappings {
  const { applicationId, objectType, rows, load } = input;
  // The other table and General Info are saved on the same one.
  const version = useNewestVersion(input.version);
  const save = useAction(
    () => saveMappingsAction({ applicationId, objectType, version: version.current, mappings: [...rows] }),
    {
      success: 'Mappings saved',
      showError: 'inline',
      onSuccess: (saved) => {
        version.current = saved.version;
      },
    },
  );
  const conflict = useConflict<{ mappings?: MappingDraft[] }>({
    failure: save.error,
    clear: save.clearError,
    version,
    compare: ({ mappings = [] }) => differencesOfRows(mappings, rows),
    takeOver: ({ mappings = [] }) => load(mappings),
    overwrite: () => void save.run(),
  });
  return {
    submit: (event) => {
      event.preventDefault();
      void save.run();
    },
    pending: save.pending,
    error: conflict ? undefined : save.error,
    clearError: save.clearError,
    conflict,
  };
}
