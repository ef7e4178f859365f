'use client';

import { useState } from 'react';
import type { GroupChoice } from '@/lib/applications/queries';

export interface PendingGroup {
  id: string;
  name: string;
  /** Ticked; else cleared. */
  on: boolean;
}

/**
 * What was ticked and cleared and is not saved yet, whatever page of the list it stands on: a group that is not shown any
 * more keeps its change, and only changes are sent.
 */
export function usePendingGroups() {
  const [pending, setPending] = useState<ReadonlyMap<string, PendingGroup>>(new Map());
  const toggle = ({ id, name, associated }: GroupChoice, on: boolean) => {
    const next = new Map(pending);
    if (on === associated) next.delete(id);
    else next.set(id, { id, name, on });
    setPending(next);
  };
  const all = [...pending.values()];
  return {
    isChecked: (group: GroupChoice) => pending.get(group.id)?.on ?? group.associated,
    toggle,
    /** Those that are not among the groups on this page. */
    elsewhere: (shown: readonly GroupChoice[]) => all.filter(({ id }) => !shown.some((group) => group.id === id)),
    add: all.filter(({ on }) => on).map(({ id }) => id),
    remove: all.filter(({ on }) => !on).map(({ id }) => id),
    dirty: all.length > 0,
    reset: () => setPending(new Map()),
  };
}
