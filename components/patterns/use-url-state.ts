'use client';

import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { useCallback, useEffect, useOptimistic, useTransition } from 'react';

/** What each URL parameter becomes; undefined, '' and [] remove it. Lists are joined by commas. */
export type UrlChanges = Record<string, string | readonly string[] | undefined>;

export interface UrlState {
  get: (name: string) => string | undefined;
  list: (name: string) => string[];
  set: (changes: UrlChanges, options?: { history?: 'push' | 'replace' }) => void;
  /** Whether anything but `except` is set: a search, a filter. */
  hasFilters: (except: ReadonlySet<string>) => boolean;
  /** Takes everything but `keep` out of the URL. */
  clear: (keep: ReadonlySet<string>) => void;
  /** While the server renders the page of the new URL. */
  pending: boolean;
}

// A second change may come before the first one has arrived in the URL: it must build upon it, not undo it.
let onTheWay: { path: string; params: URLSearchParams } | undefined;

/**
 * Filters, sort and page in the URL. Every change drops the cursor (`resets`), since it belongs to another list.
 */
export function useUrlState(resets: readonly string[] = ['cursor']): UrlState {
  const router = useRouter();
  const path = usePathname();
  const search = useSearchParams();
  const [pending, start] = useTransition();
  // A click shows at once, before the server has rendered the list that belongs to it.
  const [shown, show] = useOptimistic<{ get: (name: string) => string | null; keys: () => Iterable<string> }>(search);
  const resetKey = resets.join(',');

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new URL has arrived.
  useEffect(() => {
    onTheWay = undefined;
  }, [search, path]);

  const set = useCallback<UrlState['set']>(
    (changes, { history = 'replace' } = {}) => {
      const base = onTheWay?.path === path ? onTheWay.params : search;
      const next = new URLSearchParams(base);
      for (const name of resetKey.split(',')) next.delete(name);
      for (const [name, value] of Object.entries(changes)) {
        const text = typeof value === 'string' ? value : (value?.join(',') ?? '');
        if (text) next.set(name, text);
        else next.delete(name);
      }
      if (next.toString() === base.toString()) return;
      onTheWay = { path, params: next };
      const query = next.toString().replaceAll('%2C', ',');
      start(() => {
        show(next);
        router[history](query ? `${path}?${query}` : path, { scroll: false });
      });
    },
    [path, search, router, resetKey, show],
  );

  return {
    get: (name) => shown.get(name) ?? undefined,
    list: (name) => (shown.get(name) ?? '').split(',').filter(Boolean),
    set,
    hasFilters: (except) => [...shown.keys()].some((name) => !except.has(name)),
    clear: (keep) => set(Object.fromEntries([...shown.keys()].filter((n) => !keep.has(n)).map((n) => [n, undefined]))),
    pending,
  };
}
