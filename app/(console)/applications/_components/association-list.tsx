'use client';

import { Search } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { Checkbox } from '@/components/ui/checkbox';
import { EmptyState } from '@/components/ui/empty-state';
import { Input } from '@/components/ui/input';

export interface AssociationChoice {
  id: string;
  name: string;
  /** Left of the name. */
  tile?: ReactNode;
  description: string;
  /** At the right end. */
  aside?: ReactNode;
  /** Below it, and no part of its label. */
  below?: ReactNode;
}

/** Check boxes with a search over them: the same on both sides of an association. */
export function AssociationList({
  label,
  searchLabel,
  choices,
  isChecked,
  onToggle,
  readOnly,
  empty,
}: {
  label: string;
  searchLabel: string;
  choices: readonly AssociationChoice[];
  isChecked: (id: string) => boolean;
  onToggle: (id: string, on: boolean) => void;
  readOnly: boolean;
  empty: ReactNode;
}) {
  const [query, setQuery] = useState('');
  const words = query.trim().toLowerCase();
  const shown = choices.filter((choice) => `${choice.name} ${choice.description}`.toLowerCase().includes(words));
  if (choices.length === 0) return <div className="rounded-lg border border-line bg-surface">{empty}</div>;
  return (
    <div className="grid gap-3">
      <Input
        type="search"
        aria-label={searchLabel}
        placeholder={searchLabel}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        prefix={<Search aria-hidden />}
        className="max-w-96"
      />
      <div className="rounded-lg border border-line bg-surface">
        {shown.length === 0 ? (
          <EmptyState title={`Nothing matches "${query.trim()}"`}>Try a part of the name.</EmptyState>
        ) : (
          <AssociationRows
            label={label}
            choices={shown}
            isChecked={({ id }) => isChecked(id)}
            onToggle={({ id }, on) => onToggle(id, on)}
            readOnly={readOnly}
          />
        )}
      </div>
    </div>
  );
}

/** The check boxes alone: of a list that the server searches and pages. */
export function AssociationRows<Choice extends AssociationChoice>({
  label,
  choices,
  isChecked,
  onToggle,
  readOnly,
}: {
  label: string;
  choices: readonly Choice[];
  isChecked: (choice: Choice) => boolean;
  onToggle: (choice: Choice, on: boolean) => void;
  readOnly: boolean;
}) {
  return (
    <ul aria-label={label} className="divide-y divide-line">
      {choices.map((choice) => (
        <Row
          key={choice.id}
          choice={choice}
          checked={isChecked(choice)}
          onToggle={(on) => onToggle(choice, on)}
          readOnly={readOnly}
        />
      ))}
    </ul>
  );
}

function Row({
  choice,
  checked,
  onToggle,
  readOnly,
}: {
  choice: AssociationChoice;
  checked: boolean;
  onToggle: (on: boolean) => void;
  readOnly: boolean;
}) {
  const id = useId();
  return (
    <li className="px-3 py-2 hover:bg-hover">
      <div className="flex min-h-6 items-center gap-3">
        <Checkbox id={id} checked={checked} disabled={readOnly} onCheckedChange={(on) => onToggle(on === true)} />
        <label htmlFor={id} className="flex min-w-0 flex-1 cursor-pointer items-center gap-3">
          {choice.tile}
          <span className="grid min-w-0">
            <span className="truncate font-medium">{choice.name}</span>
            {choice.description && <span className="truncate text-muted text-xs">{choice.description}</span>}
          </span>
        </label>
        {choice.aside}
      </div>
      {choice.below}
    </li>
  );
}
