'use client';

import { Search } from 'lucide-react';
import { useMemo, useState } from 'react';
import { AppTile } from '@/components/ui/app-tile';
import { Badge } from '@/components/ui/badge';
import { Button, LinkButton } from '@/components/ui/button';
import { cn } from '@/components/ui/cn';
import { EmptyState } from '@/components/ui/empty-state';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { links } from '@/lib/core/links';

/** What the wizard knows of a template. */
export interface CatalogueEntry {
  id: string;
  name: string;
  kind: 'saml' | 'bookmark';
  summary: string;
  keywords: readonly string[];
  color: string;
  scim: boolean;
}

/** What is always offered where nothing in the catalogue matches. */
const general = ['custom-saml', 'bookmark'];

/** Step 1: type the name of the application in the Search field and select it. */
export function SelectStep({
  templates,
  selected,
  onSelect,
  onNext,
}: {
  templates: readonly CatalogueEntry[];
  selected: CatalogueEntry | undefined;
  onSelect: (template: CatalogueEntry) => void;
  onNext: () => void;
}) {
  const [query, setQuery] = useState('');
  const matching = useMemo(() => search(templates, query), [templates, query]);
  const shown = matching.length > 0 ? matching : templates.filter((template) => general.includes(template.id));
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        onNext();
      }}
    >
      <Field label="Search" help="Type the name of the application and select it.">
        <Input
          type="search"
          autoFocus
          autoComplete="off"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          prefix={<Search aria-hidden />}
        />
      </Field>
      {matching.length === 0 && (
        <EmptyState title={`The catalogue has no "${query.trim()}"`}>
          Any application that speaks SAML 2.0 can be connected as a custom one; any other can be a bookmark.
        </EmptyState>
      )}
      <div role="radiogroup" aria-label="Catalogue" className="grid gap-2">
        {shown.map((template) => (
          <Choice
            key={template.id}
            template={template}
            checked={selected?.id === template.id}
            onSelect={() => onSelect(template)}
          />
        ))}
      </div>
      <div className="flex justify-end gap-2">
        <LinkButton href={links.applications()}>Cancel</LinkButton>
        <Button type="submit" variant="primary" disabled={!selected}>
          Next
        </Button>
      </div>
    </form>
  );
}

function Choice({ template, checked, onSelect }: { template: CatalogueEntry; checked: boolean; onSelect: () => void }) {
  return (
    <label
      className={cn(
        'flex cursor-pointer items-center gap-3 rounded-lg border bg-surface px-3 py-2.5 transition-colors hover:bg-hover has-focus-visible:outline-2 has-focus-visible:outline-accent',
        checked ? 'border-accent' : 'border-line',
      )}
    >
      <input type="radio" name="template" className="sr-only" checked={checked} onChange={onSelect} />
      <AppTile name={template.name} color={template.color} />
      <span className="grid min-w-0 flex-1">
        <span className="font-medium">{template.name}</span>
        <span className="text-muted text-xs">{template.summary}</span>
      </span>
      <span className="flex gap-1.5 max-sm:hidden">
        {template.kind === 'saml' ? <Badge icon={false}>SSO</Badge> : <Badge icon={false}>Link</Badge>}
        {template.scim && <Badge icon={false}>Identity Management</Badge>}
      </span>
    </label>
  );
}

function search(templates: readonly CatalogueEntry[], query: string): readonly CatalogueEntry[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return templates.filter((template) => {
    const text = [template.name, ...template.keywords].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
