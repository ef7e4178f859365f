'use client';

import { type FormEvent, useState } from 'react';
import { attributeOptions } from '@/app/(console)/_components/filter/attribute-options';
import { ClauseGroups, problemsOf } from '@/app/(console)/_components/filter/clause-groups';
import { useFilterDrafts } from '@/app/(console)/_components/filter/drafts';
import { ConflictNotice } from '@/components/patterns/conflict-notice';
import { FormError } from '@/components/patterns/form-error';
import { SaveBar } from '@/components/patterns/save-bar';
import { useAction } from '@/components/patterns/use-action';
import { useConflict, useNewestVersion } from '@/components/patterns/use-conflict';
import { Button } from '@/components/ui/button';
import type { ComboboxOption } from '@/components/ui/combobox';
import { EmptyState } from '@/components/ui/empty-state';
import type { ScopeFilters } from '@/lib/applications/scope-filters';
import { type Filter, filterWords } from '@/lib/filters/schema';
import type { ObjectType } from '@/lib/mappings/schema';
import { saveScopeFilterAction } from '../../actions';
import { AskedPerson } from './asked-person';
import { ImpactLine } from './impact-line';
import { SaveDialog } from './save-dialog';
import { useAskedFilter } from './use-asked-filter';

const words = {
  user: {
    label: 'Scoping filter of users',
    empty: 'Everybody who is assigned',
    emptyHelp: 'Everybody who has access, by an associated user group or a direct assignment, has an account.',
  },
  group: {
    label: 'Scoping filter of user groups',
    empty: 'Every associated user group',
    emptyHelp: 'Every user group that is associated is pushed. Whoever is in it has access in any case.',
  },
} as const;

interface EditorProps {
  filters: ScopeFilters;
  stored: { objectType: ObjectType; groups: Filter };
  subject: ComboboxOption | undefined;
  readOnly: boolean;
}

/** One scoping filter: groups of clauses, what it says in words, whom it changes something for, and one person asked about. */
export function FilterEditor({ filters, stored, subject: firstSubject, readOnly }: EditorProps) {
  const { applicationId, displayLabel } = filters;
  const { objectType } = stored;
  const drafts = useFilterDrafts(stored.groups);
  const [groupNames, setGroupNames] = useState(filters.groupNames);
  const said = (filter: Filter) => filterWords(filter, groupNames, filters.customAttributes);
  const [subject, setSubject] = useState(firstSubject);
  const [asking, setAsking] = useState(false);
  // Of a clause that somebody is still at, nothing is said before they have tried to save it.
  const [tried, setTried] = useState(false);
  const asked = { applicationId, objectType, groups: drafts.filter };
  const { impact, answer, refused, failed, current } = useAskedFilter(asked, subject?.value);
  const version = useNewestVersion(filters.version);
  const save = useAction(
    (fallingOut: 'deactivate' | 'release') => saveScopeFilterAction({ ...asked, version: version.current, fallingOut }),
    {
      success: 'Scoping filter saved',
      showError: 'inline',
      onSuccess: (saved) => {
        version.current = saved.version;
        setAsking(false);
      },
    },
  );
  const conflict = useConflict<{ groups?: Filter }>({
    failure: save.error,
    clear: save.clearError,
    version,
    compare: ({ groups = [] }) => [
      {
        name: objectType,
        label: words[objectType].label,
        stored: said(groups) || words[objectType].empty,
        typed: said(drafts.filter) || words[objectType].empty,
        overtaken: true,
      },
    ],
    takeOver: ({ groups = [] }) => drafts.load(groups),
    overwrite: () => setAsking(true),
  });
  const problems = problemsOf(tried ? (save.error ?? refused) : refused);
  const attributes = attributeOptions(objectType, filters.customAttributes);
  const dirty = JSON.stringify(drafts.filter) !== JSON.stringify(stored.groups);
  const sentence = said(drafts.filter);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    save.clearError();
    if (!refused) setAsking(true);
  };
  return (
    <form onSubmit={submit} noValidate aria-label={words[objectType].label}>
      <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_360px]">
        <div className="grid min-w-0 gap-4">
          <ConflictNotice conflict={conflict} />
          <FormError error={conflict || problems.size > 0 || asking ? undefined : save.error} />
          {drafts.groups.length === 0 ? (
            <EmptyState
              title={words[objectType].empty}
              className="rounded-lg border border-line border-dashed py-10"
              action={!readOnly && <Button onClick={() => drafts.add()}>Add a clause</Button>}
            >
              {words[objectType].emptyHelp}
            </EmptyState>
          ) : (
            <ClauseGroups
              drafts={drafts}
              attributes={attributes}
              problems={problems}
              tried={tried}
              readOnly={readOnly}
              groupNames={groupNames}
              onGroup={({ value, label }) => setGroupNames((before) => ({ ...before, [value]: label }))}
            />
          )}
          {sentence && !refused && (
            <p className="max-w-[720px] break-words text-muted">
              In words: <span className="text-ink">{sentence}</span>. A clause about something that a{' '}
              {objectType === 'user' ? 'person' : 'group'} has no value of does not hold, but for IS NULL.
            </p>
          )}
          <ImpactLine
            impact={impact}
            objectType={objectType}
            dirty={dirty}
            failed={failed}
            refused={refused !== undefined}
          />
        </div>
        <AskedPerson objectType={objectType} subject={subject} onSubject={setSubject} answer={answer} />
      </div>
      <SaveBar
        dirty={dirty}
        pending={save.pending}
        disabled={!current}
        note={
          refused && tried
            ? 'Correct the clauses that are marked before saving'
            : 'Before anything is saved, who comes in and who falls out is shown'
        }
        onDiscard={() => {
          drafts.load(stored.groups);
          setTried(false);
          save.clearError();
        }}
      />
      {asking && impact && (
        <SaveDialog
          asked={asked}
          appName={displayLabel}
          impact={impact}
          pending={save.pending}
          error={save.error}
          onClose={() => setAsking(false)}
          onSave={(fallingOut) => void save.run(fallingOut).then((saved) => saved || setAsking(false))}
        />
      )}
    </form>
  );
}
