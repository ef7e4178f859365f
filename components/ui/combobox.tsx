'use client';

import { Command } from 'cmdk';
import { Check, ChevronsUpDown } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { cn } from './cn';
import { useFieldControl } from './field';
import { controlStyle } from './input';
import { Popover, PopoverContent, PopoverTrigger } from './popover';
import { Spinner } from './spinner';

export interface ComboboxOption {
  value: string;
  label: string;
  /** Second line: an e-mail address, an ID. */
  hint?: string | undefined;
  icon?: ReactNode;
}

/** What the server found. */
export interface FoundOptions {
  options: readonly ComboboxOption[];
  /** Not everything was looked at. */
  partial?: boolean;
}

export interface ComboboxProps {
  /** Known options, filtered here; or `search`, which asks the server. */
  options?: readonly ComboboxOption[];
  search?: (query: string) => Promise<FoundOptions>;
  value: ComboboxOption | undefined;
  onChange: (option: ComboboxOption) => void;
  placeholder?: string;
  searchPlaceholder?: string;
  emptyText?: string;
  disabled?: boolean;
  className?: string;
  'aria-label'?: string;
}

/** One of many, found by typing: a person, a group, an attribute. */
export function Combobox({
  options,
  search,
  value,
  onChange,
  placeholder = 'Select…',
  searchPlaceholder = 'Search…',
  emptyText = 'No match',
  disabled = false,
  className,
  'aria-label': ariaLabel,
}: ComboboxProps) {
  const field = useFieldControl();
  const listId = useId();
  const [open, setOpen] = useState(false);
  const [query, setQuery] = useState('');
  const { found, loading, failed } = useSearch(search, query, open);
  const partial = search !== undefined && found.partial === true && !loading && !failed;
  const words = query.trim().toLowerCase();
  const shown = search
    ? found.options
    : (options ?? []).filter((option) => `${option.label} ${option.hint ?? ''}`.toLowerCase().includes(words));
  return (
    <Popover open={open} onOpenChange={setOpen}>
      <PopoverTrigger
        disabled={disabled}
        role="combobox"
        aria-expanded={open}
        aria-controls={listId}
        aria-label={ariaLabel}
        className={cn(controlStyle, 'flex h-8 items-center justify-between gap-2 text-left', className)}
        {...field}
      >
        <span className={cn('flex items-center gap-2 truncate', !value && 'text-muted')}>
          {value?.icon}
          {value?.label ?? placeholder}
        </span>
        <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-muted" />
      </PopoverTrigger>
      <PopoverContent aria-label={ariaLabel ?? placeholder} className="w-(--radix-popover-trigger-width) min-w-64 p-0">
        <Command shouldFilter={false} label={ariaLabel ?? placeholder}>
          <div className="flex items-center gap-2 border-line border-b px-3">
            <Command.Input
              value={query}
              onValueChange={setQuery}
              placeholder={searchPlaceholder}
              className="h-9 w-full bg-transparent text-sm outline-none"
            />
            {loading && <Spinner label="Searching" className="text-muted" />}
          </div>
          {shown.length === 0 && !loading && !partial && (
            <p role="status" className="px-2 pt-4 pb-3 text-center text-muted text-sm">
              {failed ? 'The search did not answer. Try again.' : emptyText}
            </p>
          )}
          <Command.List id={listId} className="max-h-64 overflow-y-auto p-1">
            {shown.map((option) => (
              <Command.Item
                key={option.value}
                value={option.value}
                onSelect={() => {
                  onChange(option);
                  setOpen(false);
                }}
                className="flex select-none items-center gap-2 rounded-md px-2 py-1.5 text-sm data-[selected=true]:bg-subtle"
              >
                {option.icon}
                <span className="grid min-w-0">
                  <span className="truncate">{option.label}</span>
                  {option.hint && <span className="truncate text-muted text-xs">{option.hint}</span>}
                </span>
                {option.value === value?.value && <Check aria-label="Selected" className="ml-auto size-3.5 shrink-0" />}
              </Command.Item>
            ))}
          </Command.List>
          {partial && (
            <p role="status" className="border-line border-t px-3 py-2 text-muted text-xs">
              Not all were looked at. Type more to narrow the search.
            </p>
          )}
        </Command>
      </PopoverContent>
    </Popover>
  );
}

function useSearch(search: ComboboxProps['search'], query: string, open: boolean) {
  const [found, setFound] = useState<FoundOptions>({ options: [] });
  const [loading, setLoading] = useState(false);
  const [failed, setFailed] = useState(false);
  const latest = useRef(search);
  latest.current = search;
  useEffect(() => {
    if (!open || !latest.current) return;
    let current = true;
    setLoading(true);
    const timer = setTimeout(
      async () => {
        try {
          const next = (await latest.current?.(query)) ?? { options: [] };
          if (current) setFound(next);
          if (current) setFailed(false);
        } catch {
          if (current) setFailed(true);
        } finally {
          if (current) setLoading(false);
        }
      },
      query ? 180 : 0,
    );
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [query, open]);
  return { found, loading, failed };
}
