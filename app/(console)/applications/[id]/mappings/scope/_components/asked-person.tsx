'use client';

import { Card } from '@/components/ui/card';
import { Combobox, type ComboboxOption } from '@/components/ui/combobox';
import { Field } from '@/components/ui/field';
import { Status, ToneIcon } from '@/components/ui/status';
import { clauseWords } from '@/lib/filters/schema';
import type { ObjectType } from '@/lib/mappings/schema';
import type { FilterAnswer } from '@/lib/provisioning/queries/filter-preview';
import { searchGroupOptions, searchPeopleOptions } from '../../../../../users/_components/search-options';

/** In or out, and which clause says so: of one person or group, with unsaved changes. */
export function AskedPerson({
  objectType,
  subject,
  onSubject,
  answer,
}: {
  objectType: ObjectType;
  subject: ComboboxOption | undefined;
  onSubject: (subject: ComboboxOption) => void;
  answer: FilterAnswer | undefined;
}) {
  const isUser = objectType === 'user';
  return (
    <Card title="Preview" description="Live, with unsaved changes. Nothing is sent.">
      <div className="grid gap-4" aria-live="polite">
        <Field label={isUser ? 'Person' : 'User group'}>
          <Combobox
            search={isUser ? searchPeopleOptions : searchGroupOptions}
            value={subject}
            onChange={onSubject}
            placeholder={isUser ? 'Choose a person' : 'Choose a user group'}
          />
        </Field>
        {subject && answer && <Answer answer={answer} isUser={isUser} />}
      </div>
    </Card>
  );
}

function Answer({ answer, isUser }: { answer: FilterAnswer; isUser: boolean }) {
  const { passes, granted, clauses, filteredOutBy } = answer;
  const groups = [...new Set(clauses.map(({ groupNo }) => groupNo))];
  return (
    <>
      {passes ? <Status tone="ok">Passes the filter</Status> : <Status tone="inactive">Filtered out</Status>}
      {filteredOutBy && <p className="break-words">Filtered out by: {filteredOutBy}</p>}
      {!granted && (
        <p className="text-muted">
          {isUser
            ? 'Has no access to the application: a filter narrows, and lets nobody in.'
            : 'Is not associated with the application: a filter narrows, and pushes no group.'}
        </p>
      )}
      {groups.map((groupNo) => (
        <ul key={groupNo} className="grid gap-2 border-line border-t pt-3">
          {clauses
            .filter((clause) => clause.groupNo === groupNo)
            .map((clause) => (
              <li key={clause.position} className="flex items-start gap-2">
                <ToneIcon tone={clause.holds ? 'ok' : 'inactive'} className="mt-0.5" />
                <span className="grid min-w-0 gap-0.5">
                  <span className="break-words">
                    <span className="sr-only">{clause.holds ? 'Holds: ' : 'Does not hold: '}</span>
                    {clauseWords(clause, clause.groupName, clause.label)}
                  </span>
                  <span className="break-words text-muted text-xs">{foundWords(clause)}</span>
                </span>
              </li>
            ))}
        </ul>
      ))}
    </>
  );
}

function foundWords({ operator, holds, found }: FilterAnswer['clauses'][number]): string {
  if (operator === 'IsMemberOf') return holds ? 'is a member' : 'is no member';
  return found === null ? 'has no value' : `has ${found}`;
}
