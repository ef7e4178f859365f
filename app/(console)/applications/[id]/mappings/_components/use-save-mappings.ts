'use client';

import { type FormEvent, useState } from 'react';
import { useAction } from '@/components/patterns/use-action';
import { type Conflict, useConflict, useNewestVersion } from '@/components/patterns/use-conflict';
import type { MappingDraft } from '@/lib/applications/schema';
import type { Failure } from '@/lib/core/failure';
import { sameJson } from '@/lib/core/same-json';
import { activeRows } from '@/lib/mappings/active-rows';
import type { ObjectType } from '@/lib/mappings/schema';
import { saveMappingsAction } from '../actions';
import { differencesOfRows } from './differences-of-rows';

export interface SaveMappings {
  submit: (event: FormEvent) => void;
  pending: boolean;
  error: Failure | undefined;
  clearError: () => void;
  conflict: Conflict | undefined;
  /** What decides who has an active account has changed: somebody is told first whose it deactivates. */
  asking: { save: () => void; close: () => void } | undefined;
}

/** Saves one mapping table, and finds out when somebody else was quicker. @param input `load` replaces the rows */
export function useSaveMappings(input: {
  applicationId: string;
  objectType: ObjectType;
  version: number;
  /** As they are saved. */
  saved: readonly MappingDraft[];
  rows: readonly MappingDraft[];
  load: (rows: readonly MappingDraft[]) => void;
}): SaveMappings {
  const { applicationId, objectType, rows, load } = input;
  const [isAsking, setAsking] = useState(false);
  /** By what is stored, as far as this page knows or as somebody else has saved it meanwhile. */
  const isAskedFirst = (stored: readonly MappingDraft[]) =>
    objectType === 'user' && !sameJson(activeRows(stored), activeRows(rows));
  const ask = (stored: readonly MappingDraft[]) => {
    if (isAskedFirst(stored)) setAsking(true);
    else void save.run();
  };
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
    overwrite: ({ mappings = [] }) => ask(mappings),
  });
  return {
    submit: (event) => {
      event.preventDefault();
      save.clearError();
      ask(input.saved);
    },
    pending: save.pending,
    error: conflict ? undefined : save.error,
    clearError: save.clearError,
    conflict,
    asking: isAsking
      ? { save: () => void save.run().then(() => setAsking(false)), close: () => setAsking(false) }
      : undefined,
  };
}
