'use client';

import { ChevronRight, List, Search } from 'lucide-react';
import { useEffect, useId, useState } from 'react';
import { Button } from '@/components/ui/button';
import { cn } from '@/components/ui/cn';
import { Input } from '@/components/ui/input';
import { MethodBadge } from './method-badge';

export interface IndexGroup {
  id: string;
  title: string;
  items: { id: string; method: string; title: string; path: string }[];
}

/** Opens what an address with # leads to, and shows it. */
function openTarget(hash: string): void {
  const target = document.getElementById(decodeURIComponent(hash.replace(/^#/, '')));
  if (!target) return;
  const details = target.closest('details');
  if (details) details.open = true;
  target.scrollIntoView();
}

/** Sections and operations with a filter; on a wide window it stays in sight and follows what is being read. */
export function ReferenceIndex({ groups }: { groups: readonly IndexGroup[] }) {
  const [query, setQuery] = useState('');
  const [expanded, setExpanded] = useState(false);
  const listId = useId();
  const current = useCurrentSection(groups);
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = words.length === 0 ? groups : narrowed(groups, words);
  const hits = shown.flatMap(({ items }) => items);

  useEffect(() => {
    const follow = () => openTarget(window.location.hash);
    // A second click on the same link changes no address, and shall lead there all the same.
    const click = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null;
      if (link) openTarget(link.getAttribute('href') ?? '');
    };
    follow();
    window.addEventListener('hashchange', follow);
    document.addEventListener('click', click);
    return () => {
      window.removeEventListener('hashchange', follow);
      document.removeEventListener('click', click);
    };
  }, []);

  return (
    <nav
      aria-label="Contents of the reference"
      className="flex min-w-0 flex-col gap-3 lg:sticky lg:top-(--sticky-top) lg:max-h-[calc(100dvh-var(--sticky-top))] lg:py-6"
    >
      <div className="flex gap-2">
        <Input
          type="search"
          aria-label="Filter operations"
          placeholder="Filter operations"
          autoComplete="off"
          prefix={<Search aria-hidden />}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => {
            const first = hits[0];
            if (event.key === 'Enter' && first && words.length > 0) window.location.hash = first.id;
          }}
        />
        <Button
          className="lg:hidden"
          aria-expanded={expanded}
          aria-controls={listId}
          onClick={() => setExpanded(!expanded)}
        >
          <List aria-hidden />
          Contents
        </Button>
      </div>
      <p role="status" className={cn('text-muted text-xs', words.length === 0 && 'sr-only')}>
        {words.length > 0 && (hits.length === 1 ? '1 operation' : `${hits.length} operations`)}
      </p>
      <ul
        id={listId}
        className={cn(
          'grid content-start gap-0.5 lg:min-h-0 lg:overflow-y-auto',
          !expanded && words.length === 0 && 'max-lg:hidden',
        )}
      >
        {shown.map((group) => (
          <li key={group.id}>
            {group.items.length === 0 ? (
              <a href={`#${group.id}`} className={cn(lineStyle, 'pl-7', current === group.id && currentStyle)}>
                {group.title}
              </a>
            ) : (
              <Group key={words.join(' ')} group={group} isCurrent={current === group.id} isOpen={words.length > 0} />
            )}
          </li>
        ))}
      </ul>
    </nav>
  );
}

const lineStyle =
  '-outline-offset-2 flex min-h-8 items-center gap-1.5 rounded-md px-2 py-1 text-muted transition-colors hover:bg-subtle hover:text-ink max-lg:min-h-10';
const currentStyle = 'font-medium text-ink';

function Group({ group, isCurrent, isOpen }: { group: IndexGroup; isCurrent: boolean; isOpen: boolean }) {
  return (
    <details open={isOpen || undefined} className="group/section">
      <summary className={cn(lineStyle, 'list-none [&::-webkit-details-marker]:hidden', isCurrent && currentStyle)}>
        <ChevronRight aria-hidden className="size-3.5 shrink-0 transition-transform group-open/section:rotate-90" />
        <span className="min-w-0 flex-1 truncate">{group.title}</span>
        <span className="font-normal text-muted text-xs tabular-nums">{group.items.length}</span>
      </summary>
      <ul className="grid gap-px pb-2">
        {group.items.map((item) => (
          <li key={item.id}>
            <a href={`#${item.id}`} title={item.path} className={cn(lineStyle, 'items-start pl-7 text-xs leading-5')}>
              <MethodBadge method={item.method} quiet />
              <span className="min-w-0">{item.title}</span>
            </a>
          </li>
        ))}
      </ul>
    </details>
  );
}

function narrowed(groups: readonly IndexGroup[], words: string[]): IndexGroup[] {
  return groups
    .map((group) => ({
      ...group,
      items: group.items.filter((item) => {
        const text = `${group.title} ${item.method} ${item.title} ${item.path} ${item.id}`.toLowerCase();
        return words.every((word) => text.includes(word));
      }),
    }))
    .filter(({ items }) => items.length > 0);
}

/** The section whose beginning was passed last. */
function useCurrentSection(groups: readonly IndexGroup[]): string | undefined {
  const [current, setCurrent] = useState(groups[0]?.id);
  useEffect(() => {
    const sections = groups.flatMap(({ id }) => document.getElementById(id) ?? []);
    // A line below the bar at the top: the section that crosses it is the one being read.
    const observer = new IntersectionObserver(
      (entries) => {
        const reached = entries.find(({ isIntersecting }) => isIntersecting);
        if (reached) setCurrent(reached.target.id);
      },
      { rootMargin: '-80px 0px -85% 0px' },
    );
    for (const section of sections) observer.observe(section);
    return () => observer.disconnect();
  }, [groups]);
  return current;
}
