'use client';

import { Search } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { AppTile } from '@/components/ui/app-tile';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { Input } from '@/components/ui/input';
import { findTiles, recentOf } from './find-tiles';
import { tileBeside } from './tile-beside';

export interface Tile {
  id: string;
  displayLabel: string;
  description: string;
  logoColor: string;
  logoImage: string | null;
  /** The SSO IdP URL, or the bookmark's own address. */
  href: string;
  /** ISO 8601. */
  usedAt: string | null;
}

/**
 * Tiles, those used last before the others where there are many, and a search over them; a phone is the first device.
 * Keys: `/` goes to the search, Enter opens the first that is found, arrows go from tile to tile.
 */
export function Tiles({ tiles }: { tiles: readonly Tile[] }) {
  const [query, setQuery] = useState('');
  const box = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const shown = findTiles(tiles, query);
  const recent = query.trim() === '' ? recentOf(tiles) : [];

  useEffect(() => {
    const listen = (event: globalThis.KeyboardEvent) => {
      if (event.key !== '/' || event.metaKey || event.ctrlKey || event.altKey) return;
      if (event.target instanceof HTMLElement && event.target.closest('input,textarea,[role=menu]')) return;
      event.preventDefault();
      search.current?.focus();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);

  const move = (event: KeyboardEvent) => {
    const links = [...(box.current?.querySelectorAll('a') ?? [])];
    const typing = event.target === search.current;
    if (typing && event.key === 'Escape') return setQuery('');
    if (typing && event.key === 'Enter' && query.trim() !== '') return links[0]?.click();
    // Left and right are the caret's while somebody types.
    if (typing && event.key !== 'ArrowDown') return;
    const from = links.findIndex((link) => link.contains(document.activeElement));
    const to = tileBeside(
      links.map((link) => link.getBoundingClientRect()),
      from,
      event.key,
    );
    if (to === undefined) return;
    event.preventDefault();
    (links[to] ?? search.current)?.focus();
  };

  if (tiles.length === 0) {
    return (
      <div className="rounded-lg border border-line bg-surface">
        <EmptyState title="No applications yet">
          Nothing has been given to you so far. Ask your administrator for the applications that you need.
        </EmptyState>
      </div>
    );
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the controls in it, which have their own without it
    <div className="grid gap-5" ref={box} onKeyDown={move}>
      <Input
        ref={search}
        type="search"
        aria-label="Search applications"
        aria-keyshortcuts="/"
        placeholder="Search applications"
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        prefix={<Search aria-hidden />}
        className="sm:max-w-80"
      />
      {recent.length > 0 && (
        <section className="grid gap-3" aria-labelledby="recent">
          <h2 id="recent" className="font-medium text-muted text-sm">
            Recently used
          </h2>
          <Grid tiles={recent} />
        </section>
      )}
      {shown.length === 0 ? (
        <EmptyState
          title={`Nothing matches "${query.trim()}"`}
          action={<Button onClick={() => setQuery('')}>Show all</Button>}
        >
          You have {tiles.length === 1 ? '1 application' : `${tiles.length} applications`}.
        </EmptyState>
      ) : (
        <section className="grid gap-3" aria-label="Applications">
          {recent.length > 0 && <h2 className="font-medium text-muted text-sm">All</h2>}
          <Grid tiles={shown} />
        </section>
      )}
    </div>
  );
}

function Grid({ tiles }: { tiles: readonly Tile[] }) {
  return (
    <ul className="grid grid-cols-2 gap-3 sm:grid-cols-3 sm:gap-4 lg:grid-cols-4">
      {tiles.map((tile) => (
        <li key={tile.id}>
          {/* A plain link: it leaves the portal, so nothing may be fetched ahead. */}
          <a
            href={tile.href}
            className="grid h-full content-start justify-items-center gap-3 rounded-lg border border-line bg-surface px-3 py-5 text-center transition-colors hover:border-line-strong hover:bg-hover"
          >
            <AppTile name={tile.displayLabel} color={tile.logoColor} image={tile.logoImage} size="xl" />
            <span className="grid max-w-full gap-1">
              <span className="break-words font-medium">{tile.displayLabel}</span>
              {tile.description && <span className="line-clamp-2 text-muted text-xs">{tile.description}</span>}
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}
