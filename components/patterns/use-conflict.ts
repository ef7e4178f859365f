'use client';

import { useRouter } from 'next/navigation';
import { type RefObject, useEffect, useRef } from 'react';
import type { Failure } from '@/lib/core/failure';
import type { Difference } from './conflict';

/** Somebody else saved first. What was typed is kept until one of the two is chosen. */
export interface Conflict {
  differences: readonly Difference[];
  /** Goes on from what is stored now; what was typed is thrown away. */
  takeOver: () => void;
  /** Saves what was typed over what is stored now. */
  overwrite: () => void;
}

/**
 * What is to be decided when a save was refused as `stale_version`; undefined otherwise. `Theirs` is what that command says
 * is stored now (lib/core/errors.ts has it as plain data).
 */
export function useConflict<Theirs extends object>(options: {
  failure: Failure | undefined;
  clear: () => void;
  /** The version that the next save is meant for. */
  version: RefObject<number>;
  compare: (theirs: Theirs) => readonly Difference[];
  takeOver: (theirs: Theirs) => void;
  overwrite: (theirs: Theirs) => void;
}): Conflict | undefined {
  const router = useRouter();
  const { failure, clear, version, compare, takeOver, overwrite } = options;
  if (failure?.code !== 'stale_version' || !failure.details) return undefined;
  const theirs = (failure.details.values ?? {}) as Theirs;
  const present = failure.details.version;
  return {
    differences: compare(theirs),
    takeOver: () => {
      version.current = present;
      clear();
      takeOver(theirs);
      // What the page shows around the form is theirs, too.
      router.refresh();
    },
    overwrite: () => {
      version.current = present;
      clear();
      overwrite(theirs);
    },
  };
}

/** The version of a row that other parts of the same page change as well: what they bring is gone by. */
export function useNewestVersion(version: number): RefObject<number> {
  const newest = useRef(version);
  useEffect(() => {
    newest.current = Math.max(newest.current, version);
  }, [version]);
  return newest;
}
