'use client';

import { ListFilter, Search, X } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import {
  DropdownMenu,
  DropdownMenuCheckbox,
  DropdownMenuContent,
  DropdownMenuTrigger,
} from '@/components/ui/dropdown-menu';
import { Input } from '@/components/ui/input';
import { Kbd } from '@/components/ui/kbd';
import { Spinner } from '@/components/ui/spinner';
import { atLeast } from './at-least';
import { type UrlState, useUrlState } from './use-url-state';

export interface FilterDef {
  /** URL parameter; several values are joined by commas. */
  param: string;
  label: string;
  options: readonly { value: string; label: string; count?: number; countIsExact?: boolean }[];
  /** Only one value at a time. */
  single?: boolean;
}

/** Search and filters of a list, kept in the URL. `/` focuses the search, Escape empties it. */
export function FilterBar({
  placeholder,
  searchParam = 'q',
  filters = [],
  children,
}: {
  /** "Search people by name, e-mail or ID". */
  placeholder: string;
  searchParam?: string;
  filters?: readonly FilterDef[];
  /** At the right end: a secondary action, an export. */
  children?: ReactNode;
}) {
  const url = useUrlState();
  const chips = filters.flatMap((filter) =>
    url.list(filter.param).map((value) => ({
      filter,
      value,
      label: filter.options.find((option) => option.value === value)?.label ?? value,
    })),
  );
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <SearchBox key={searchParam} param={searchParam} placeholder={placeholder} url={url} />
        {filters.map((filter) => (
          <FilterMenu key={filter.param} filter={filter} url={url} />
        ))}
        {children && <div className="ml-auto flex items-center gap-2">{children}</div>}
      </div>
      {chips.length > 0 && (
        <ul aria-label="Filters in use" className="flex flex-wrap items-center gap-2">
          {chips.map(({ filter, value, label }) => (
            <li key={`${filter.param}:${value}`}>
              <button
                type="button"
                aria-label={`Remove filter ${filter.label}: ${label}`}
                onClick={() => url.set({ [filter.param]: url.list(filter.param).filter((other) => other !== value) })}
                className="inline-flex h-6 items-center gap-1 rounded-md bg-accent-soft px-2 text-accent-text text-xs"
              >
                {filter.label}: <span className="font-medium">{label}</span>
                <X aria-hidden className="size-3" />
              </button>
            </li>
          ))}
          <li>
            <Button
              size="sm"
              variant="ghost"
              onClick={() => url.set(Object.fromEntries(filters.map((filter) => [filter.param, undefined])))}
            >
              Clear filters
            </Button>
          </li>
        </ul>
      )}
    </div>
  );
}

function SearchBox({ param, placeholder, url }: { param: string; placeholder: string; url: UrlState }) {
  const committed = url.get(param) ?? '';
  const [text, setText] = useState(committed);
  const sent = useRef(committed);
  const input = useRef<HTMLInputElement>(null);
  const { set } = url;

  // The back button and "Clear" change the URL from outside.
  useEffect(() => {
    if (committed !== sent.current) {
      sent.current = committed;
      setText(committed);
    }
  }, [committed]);

  useEffect(() => {
    if (text.trim() === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = text.trim();
      set({ [param]: text.trim() });
    }, 200);
    return () => clearTimeout(timer);
  }, [text, param, set]);

  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.metaKey || event.ctrlKey || event.altKey) return;
      const target = event.target;
      if (target instanceof HTMLElement && (target.isContentEditable || target.closest('input,textarea,[role=dialog]')))
        return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    document.addEventListener('keydown', focus);
    return () => document.removeEventListener('keydown', focus);
  }, []);

  return (
    <Input
      ref={input}
      role="searchbox"
      aria-label={placeholder}
      placeholder={placeholder}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        if (text) setText('');
        else input.current?.blur();
      }}
      className="max-w-80 max-sm:max-w-none"
      prefix={<Search aria-hidden />}
      suffix={url.pending ? <Spinner label="Searching" /> : <Kbd className="pointer-events-none max-sm:hidden">/</Kbd>}
    />
  );
}

function FilterMenu({ filter, url }: { filter: FilterDef; url: UrlState }) {
  const chosen = url.list(filter.param);
  const toggle = (value: string, on: boolean) => {
    const others = filter.single ? [] : chosen.filter((other) => other !== value);
    url.set({ [filter.param]: on ? [...others, value] : others });
  };
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button className={chosen.length > 0 ? 'border-accent' : 'border-dashed'}>
          <ListFilter aria-hidden className="text-muted" />
          {filter.label}
          {chosen.length > 0 && <span className="text-accent-text tabular-nums">{chosen.length}</span>}
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="start">
        {filter.options.map((option) => (
          <DropdownMenuCheckbox
            key={option.value}
            checked={chosen.includes(option.value)}
            onCheckedChange={(on) => toggle(option.value, on)}
          >
            {option.label}
            {option.count !== undefined && (
              <span className="ml-auto pl-4 text-muted text-xs tabular-nums">
                {atLeast(option.count, option.countIsExact)}
              </span>
            )}
          </DropdownMenuCheckbox>
        ))}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
