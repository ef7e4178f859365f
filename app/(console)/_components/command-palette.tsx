'use client';

import { useQuery } from '@tanstack/react-query';
import { Command } from 'cmdk';
import { ArrowRight, Search } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { Dialog as Radix } from 'radix-ui';
import { useEffect, useState } from 'react';
import { z } from 'zod';
import { leavePage } from '@/components/patterns/leave-guard';
import { Badge } from '@/components/ui/badge';
import { scrimStyle } from '@/components/ui/dialog';
import { Kbd } from '@/components/ui/kbd';
import { Spinner } from '@/components/ui/spinner';
import { navGroups } from './nav-items';

export interface PaletteItem {
  label: string;
  href: string;
  group: string;
  /** Second part of the line: an e-mail address, the kind of page. */
  hint?: string;
  deleted?: true;
}

const found = z.object({
  items: z.array(
    z.object({
      label: z.string(),
      href: z.string(),
      group: z.string(),
      hint: z.string().optional(),
      deleted: z.literal(true).optional(),
    }),
  ),
  partial: z.boolean(),
});

interface Found {
  items: PaletteItem[];
  /** Not everything was looked at. */
  partial: boolean;
}
const nothing: Found = { items: [], partial: false };

/** GET /api/search?q= answers `{items: [{label, href, group, hint?, deleted?}], partial}`; anything else counts as nothing found. */
async function searchEverywhere(query: string, signal: AbortSignal): Promise<Found> {
  const response = await fetch(`/api/search?q=${encodeURIComponent(query)}`, { signal });
  if (!response.ok) return nothing;
  const parsed = found.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) return nothing;
  const { items, partial } = parsed.data;
  return {
    partial,
    items: items.map(({ hint, deleted, ...item }) => ({
      ...item,
      ...(hint ? { hint } : {}),
      ...(deleted ? { deleted } : {}),
    })),
  };
}

/** Ctrl or Cmd and K: jump to a page, a person, a group, an application. */
export function CommandPalette({ administrator, items }: { administrator: boolean; items: readonly PaletteItem[] }) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [query, setQuery] = useState('');
  const settled = useSettled(query.trim(), 150);
  const { data: remote = nothing, isFetching } = useQuery({
    queryKey: ['palette', settled],
    queryFn: ({ signal }) => searchEverywhere(settled, signal),
    enabled: open && settled.length > 1,
    retry: false,
    placeholderData: (previous) => previous,
  });

  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey) || event.altKey) return;
      event.preventDefault();
      setOpen((was) => !was);
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);

  const pages: PaletteItem[] = navGroups.flatMap((group) =>
    group.items
      .filter((item) => administrator || !item.administrator)
      .map((item) => ({ label: item.label, href: item.href, group: 'Pages' })),
  );
  const words = query.trim().toLowerCase();
  const local = [...items, ...pages].filter(
    (item) => !words || `${item.label} ${item.hint ?? ''}`.toLowerCase().includes(words),
  );
  const groups = new Map<string, PaletteItem[]>();
  for (const item of [...(settled.length > 1 ? remote.items : []), ...local]) {
    groups.set(item.group, [...(groups.get(item.group) ?? []), item]);
  }

  const change = (next: boolean) => {
    setOpen(next);
    if (!next) setQuery('');
  };
  return (
    <Radix.Root open={open} onOpenChange={change}>
      <Radix.Trigger className="flex h-8 w-full max-w-80 items-center gap-2 rounded-md border border-line bg-surface px-2.5 text-muted transition-colors hover:bg-hover max-sm:w-8 max-sm:justify-center max-sm:px-0">
        <Search aria-hidden className="size-4 shrink-0" />
        <span className="truncate max-sm:sr-only">Search or jump…</span>
        <ShortcutHint />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Overlay className={scrimStyle} />
        <Radix.Content
          aria-describedby={undefined}
          className="fixed top-[12vh] left-1/2 z-50 w-[calc(100%-2rem)] max-w-[600px] -translate-x-1/2 animate-fade-in overflow-hidden rounded-lg bg-raised shadow-float outline-none"
        >
          <Radix.Title className="sr-only">Search or jump</Radix.Title>
          <Command shouldFilter={false} loop label="Search or jump">
            <div className="flex items-center gap-2.5 border-line border-b px-4">
              <Search aria-hidden className="size-4 shrink-0 text-muted" />
              <Command.Input
                value={query}
                onValueChange={setQuery}
                placeholder="Search people, groups, applications, pages"
                className="h-12 w-full bg-transparent text-base outline-none"
              />
              {isFetching && <Spinner label="Searching" className="text-muted" />}
            </div>
            {groups.size === 0 && !isFetching && (
              <p role="status" className="px-4 pt-8 pb-6 text-center text-muted">
                Nothing found for “{query}”
              </p>
            )}
            <Command.List className="max-h-[min(24rem,60vh)] overflow-y-auto p-2">
              {[...groups].map(([group, entries]) => (
                <Command.Group
                  key={group}
                  heading={group}
                  className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-muted [&_[cmdk-group-heading]]:text-xs"
                >
                  {entries.map((item) => (
                    <Command.Item
                      key={item.href}
                      value={`${group} ${item.label} ${item.href}`}
                      onSelect={() => {
                        change(false);
                        leavePage(() => router.push(item.href));
                      }}
                      className="group/item flex h-9 cursor-pointer select-none items-center gap-3 rounded-md px-2 data-[selected=true]:bg-subtle"
                    >
                      <span className="truncate">{item.label}</span>
                      {item.hint && <span className="truncate text-muted text-xs">{item.hint}</span>}
                      {item.deleted && <Badge>Deleted</Badge>}
                      <ArrowRight
                        aria-hidden
                        className="ml-auto size-4 shrink-0 text-muted opacity-0 group-data-[selected=true]/item:opacity-100"
                      />
                    </Command.Item>
                  ))}
                </Command.Group>
              ))}
            </Command.List>
            {settled.length > 1 && remote.partial && (
              <p role="status" className="border-line border-t px-4 py-2 text-muted text-xs">
                Not everything was looked at. Type more to narrow the search.
              </p>
            )}
          </Command>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** The key's name depends on the machine, which the server does not know: it comes after hydration. */
function ShortcutHint() {
  const [keys, setKeys] = useState<string>();
  useEffect(() => setKeys(/Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘K' : 'Ctrl K'), []);
  return keys ? <Kbd className="ml-auto max-sm:hidden">{keys}</Kbd> : null;
}

function useSettled(value: string, ms: number): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}
