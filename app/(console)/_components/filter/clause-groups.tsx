'use client';

import { Plus } from 'lucide-react';
import { Button } from '@/components/ui/button';
import type { ComboboxOption } from '@/components/ui/combobox';
import { type Filter, filterBounds } from '@/lib/filters/schema';
import { ClauseFields } from './clause-fields';
import type { FilterDrafts } from './drafts';

interface GroupsProps {
  drafts: FilterDrafts;
  attributes: readonly ComboboxOption[];
  /** Group and clause → what is wrong there. */
  problems: ReadonlyMap<string, string>;
  /** Of a clause that somebody is still at, nothing is said before they have tried to save it. */
  tried: boolean;
  readOnly: boolean;
  groupNames?: Readonly<Record<string, string>>;
  onGroup?: (group: ComboboxOption) => void;
}

/** Groups of clauses as they are edited: in a group every clause has to hold, of the groups one. */
export function ClauseGroups({
  drafts,
  attributes,
  problems,
  tried,
  readOnly,
  groupNames = {},
  onGroup = () => undefined,
}: GroupsProps) {
  return (
    <>
      {drafts.groups.map((group, groupNo) => (
        <div key={group.key} className="grid gap-3">
          {groupNo > 0 && <Joint>or</Joint>}
          <section
            aria-label={`Group ${groupNo + 1}`}
            className="grid gap-3 rounded-lg border border-line bg-surface p-4"
          >
            {group.clauses.map((clause, position) => (
              <div key={clause.key} className="grid gap-3">
                {position > 0 && <Joint>and</Joint>}
                <ClauseFields
                  name={`clause ${position + 1} of group ${groupNo + 1}`}
                  clause={clause}
                  attributes={attributes}
                  groupName={groupNames[clause.groupId ?? '']}
                  error={tried || isTyped(clause) ? problems.get(`${groupNo}.${position}`) : undefined}
                  readOnly={readOnly}
                  onChange={(values) => drafts.change(clause.key, values)}
                  onGroup={onGroup}
                  onRemove={() => drafts.remove(clause.key)}
                />
              </div>
            ))}
            {!readOnly && group.clauses.length < filterBounds.clauses && (
              <Button size="sm" variant="ghost" className="w-fit" onClick={() => drafts.add(group.key)}>
                <Plus aria-hidden /> And another clause
              </Button>
            )}
          </section>
        </div>
      ))}
      {!readOnly && drafts.groups.length > 0 && drafts.groups.length < filterBounds.groups && (
        <Button className="w-fit" onClick={() => drafts.add()}>
          <Plus aria-hidden /> Or another group of clauses
        </Button>
      )}
    </>
  );
}

/** What joins two clauses, or two groups of them. */
function Joint({ children }: { children: string }) {
  return <p className="font-medium text-muted text-xs uppercase tracking-wide">{children}</p>;
}

type Refusal = { field?: string; message: string; details?: unknown } | undefined;

/** Group and clause → what is wrong there. */
export function problemsOf(failure: Refusal): Map<string, string> {
  const details = failure?.details as { problems?: { field?: string; message: string }[] } | undefined;
  const found = details?.problems ?? (failure ? [failure] : []);
  return new Map(
    found.flatMap(({ field, message }) => {
      const place = /^(?:groups|rule)\.(\d+\.\d+)\./.exec(field ?? '')?.[1];
      return place ? [[place, message] as const] : [];
    }),
  );
}

const isTyped = ({ attribute, value, values, groupId }: Filter[number][number]) =>
  attribute !== '' && (value !== '' || values.length > 0 || groupId !== null);
