'use client';

import { Search } from 'lucide-react';
import { useState } from 'react';
import { CheckboxField } from '@/components/ui/checkbox';
import { Input } from '@/components/ui/input';

export interface CheckListItem {
  value: string;
  label: string;
  help?: string;
  /** Items of one group stand together under its name. */
  group?: string;
}

/** A list of check boxes that scrolls in itself, with a search over it. */
export function CheckList({
  label,
  searchLabel,
  items,
  value,
  onChange,
  mono = false,
}: {
  /** Names the list: "Kinds of events". */
  label: string;
  searchLabel: string;
  items: readonly CheckListItem[];
  value: readonly string[];
  onChange: (value: string[]) => void;
  mono?: boolean;
}) {
  const [query, setQuery] = useState('');
  // What was chosen before stands first, and stays there while boxes are checked.
  const [before] = useState(() => new Set(value));
  const words = query.trim().toLowerCase();
  const shown = items.filter((item) => `${item.label} ${item.help ?? ''}`.toLowerCase().includes(words));
  const groupOf = (item: CheckListItem) => (before.has(item.value) ? 'Chosen' : item.group);
  const groups = [...new Set([...(before.size > 0 ? ['Chosen'] : []), ...shown.map(groupOf)])];
  const toggle = (item: string, on: boolean) =>
    onChange(on ? [...value, item] : value.filter((other) => other !== item));
  return (
    <div className="grid rounded-lg border border-line bg-surface">
      <div className="flex items-center gap-3 border-line border-b p-2">
        <Input
          type="search"
          aria-label={searchLabel}
          placeholder={searchLabel}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => {
            // Not the form's.
            if (event.key === 'Enter') event.preventDefault();
          }}
          prefix={<Search aria-hidden />}
        />
        <span className="shrink-0 pr-1 text-muted text-xs tabular-nums" aria-live="polite">
          {value.length} chosen
        </span>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: the fieldset around it has the legend of both. */}
      <div role="group" aria-label={label} className="relative grid max-h-80 gap-4 overflow-y-auto p-3">
        {groups.map((group) => (
          <div key={group ?? ''} className="grid gap-2.5">
            {group && <p className="font-medium text-muted text-xs">{group}</p>}
            {shown
              .filter((item) => groupOf(item) === group)
              .map((item) => (
                <CheckboxField
                  key={item.value}
                  label={mono ? <span className="font-mono text-xs">{item.label}</span> : item.label}
                  help={item.help}
                  checked={value.includes(item.value)}
                  onCheckedChange={(on) => toggle(item.value, on === true)}
                />
              ))}
          </div>
        ))}
        {shown.length === 0 && <p className="py-4 text-center text-muted">Nothing matches "{query.trim()}".</p>}
      </div>
    </div>
  );
}
