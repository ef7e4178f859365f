'use client';

import { Search } from 'lucide-react';
import { useState } from 'react';
import { AppTile } from '@/components/ui/app-tile';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { Input } from '@/components/ui/input';

export interface Tile {
  id: string;
  displayLabel: string;
  description: string;
  logoColor: string;
  logoImage: string | null;
  /** The SSO IdP URL, or the bookmark's own address. */
  href: string;
}

/** Tiles and a search over them; a phone is the first device. */
export function Tiles({ tiles }: { tiles: readonly Tile[] }) {
  const [query, setQuery] = useState('');
  const words = query.trim().toLowerCase();
  const shown = tiles.filter((tile) => `${tile.displayLabel} ${tile.description}`.toLowerCase().includes(words));
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
    <div className="grid gap-5">
      <Input
        type="search"
        aria-label="Search applications"
        placeholder="Search applications"
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        prefix={<Search aria-hidden />}
        className="sm:max-w-80"
      />
      {shown.length === 0 ? (
        <EmptyState
          title={`Nothing matches "${query.trim()}"`}
          action={<Button onClick={() => setQuery('')}>Show all</Button>}
        >
          You have {tiles.length === 1 ? '1 application' : `${tiles.length} applications`}.
        </EmptyState>
      ) : (
        <ul className="grid grid-cols-2 gap-3 sm:grid-cols-3 sm:gap-4 lg:grid-cols-4">
          {shown.map((tile) => (
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
      )}
    </div>
  );
}
