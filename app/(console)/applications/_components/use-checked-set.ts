'use client';

import { useMemo, useState } from 'react';

/** Check boxes over what is stored: which ones were ticked and which were cleared. */
export function useCheckedSet(stored: readonly string[]) {
  const [changed, setChanged] = useState<ReadonlyMap<string, boolean>>(new Map());
  const before = useMemo(() => new Set(stored), [stored]);
  const isChecked = (id: string) => changed.get(id) ?? before.has(id);
  const toggle = (id: string, on: boolean) => {
    const next = new Map(changed);
    if (on === before.has(id)) next.delete(id);
    else next.set(id, on);
    setChanged(next);
  };
  const add = [...changed].filter(([id, on]) => on && !before.has(id)).map(([id]) => id);
  const remove = [...changed].filter(([id, on]) => !on && before.has(id)).map(([id]) => id);
  return { isChecked, toggle, add, remove, dirty: add.length + remove.length > 0, reset: () => setChanged(new Map()) };
}
