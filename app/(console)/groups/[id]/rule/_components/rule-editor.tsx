'use client';

import { type FormEvent, useState } from 'react';
import { attributeOptions } from '@/app/(console)/_components/filter/attribute-options';
import { ClauseGroups, problemsOf } from '@/app/(console)/_components/filter/clause-groups';
import { useFilterDrafts } from '@/app/(console)/_components/filter/drafts';
import { ConfirmDestructive } from '@/components/patterns/confirm-destructive';
import { ConflictNotice } from '@/components/patterns/conflict-notice';
import { FormError } from '@/components/patterns/form-error';
import { SaveBar } from '@/components/patterns/save-bar';
import { useAction } from '@/components/patterns/use-action';
import { useConflict, useNewestVersion } from '@/components/patterns/use-conflict';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import type { NamedAttribute } from '@/lib/directory/attribute-definitions';
import { type Filter, filterWords } from '@/lib/filters/schema';
import { updateGroupRuleAction } from '../../../actions';
import { MakeStatic } from './make-static';
import { accountConsequences } from './rule-accounts';
import { RulePreview } from './rule-preview';
import { usePreviewedRule } from './use-previewed-rule';

interface EditorProps {
  group: { id: string; name: string; version: number; directMembers: number };
  /** Null: a static group. */
  stored: Filter | null;
  customAttributes: readonly NamedAttribute[];
  readOnly: boolean;
}

/** The rule of a group: its clauses, what they say in words, and whom they make a member. */
export function RuleEditor({ group, stored, customAttributes, readOnly }: EditorProps) {
  const drafts = useFilterDrafts(stored ?? []);
  const [asking, setAsking] = useState(false);
  const [tried, setTried] = useState(false);
  const { preview, refused, failed, current } = usePreviewedRule(group.id, drafts.filter);
  const version = useNewestVersion(group.version);
  const said = (filter: Filter) => filterWords(filter, {}, customAttributes);
  const save = useAction(() => updateGroupRuleAction({ id: group.id, rule: drafts.filter, version: version.current }), {
    success: ({ added, removed }) => `Rule saved: ${added} added, ${removed} removed`,
    showError: 'inline',
    onSuccess: (saved) => {
      version.current = saved.version;
      setAsking(false);
    },
  });
  const conflict = useConflict<{ rule?: Filter | null }>({
    failure: save.error,
    clear: save.clearError,
    version,
    compare: ({ rule }) => [
      {
        name: 'rule',
        label: 'Rule',
        stored: said(rule ?? []) || 'No rule',
        typed: said(drafts.filter),
        overtaken: true,
      },
    ],
    takeOver: ({ rule }) => drafts.load(rule ?? []),
    overwrite: () => setAsking(true),
  });
  const problems = problemsOf(tried ? (save.error ?? refused) : refused);
  const dirty = JSON.stringify(drafts.filter) !== JSON.stringify(stored ?? []);
  const isEmpty = drafts.groups.length === 0;
  const sentence = said(drafts.filter);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    save.clearError();
    if (refused || isEmpty) return;
    // Whoever falls out may lose accounts, and hands that were here are gone: that is asked first.
    if (stored === null || (preview?.removed ?? 0) > 0) setAsking(true);
    else void save.run();
  };
  return (
    <form onSubmit={submit} noValidate aria-label={`Rule of ${group.name}`}>
      <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_360px]">
        <div className="grid min-w-0 gap-4">
          <ConflictNotice conflict={conflict} title="Somebody else changed this group while you were editing" />
          <FormError error={conflict || problems.size > 0 || asking ? undefined : save.error} />
          {isEmpty ? (
            <EmptyState
              title={stored ? 'A rule has at least one clause' : 'Members are added by hand'}
              className="rounded-lg border border-line border-dashed py-10"
              action={!readOnly && <Button onClick={() => drafts.add()}>Add a clause</Button>}
            >
              {stored
                ? 'Without a rule, the group is a static one: make it static below.'
                : 'With a rule, this becomes a dynamic group: department EQUALS Sales, for example.'}
            </EmptyState>
          ) : (
            <ClauseGroups
              drafts={drafts}
              attributes={attributeOptions('user', customAttributes, { membership: false })}
              problems={problems}
              tried={tried}
              readOnly={readOnly}
            />
          )}
          {sentence && !refused && (
            <p className="max-w-[720px] break-words text-muted">
              In words: <span className="text-ink">{sentence}</span>. A clause about something that a person has no
              value of does not hold, but for IS NULL.
            </p>
          )}
        </div>
        <RulePreview preview={preview} refused={refused !== undefined} failed={failed} empty={isEmpty} />
      </div>
      {!readOnly && (
        <SaveBar
          dirty={dirty}
          pending={save.pending}
          disabled={isEmpty || !current}
          saveLabel="Save rule"
          note={refused && tried ? 'Correct the clauses that are marked before saving' : 'Unsaved changes'}
          onDiscard={() => {
            drafts.load(stored ?? []);
            setTried(false);
            save.clearError();
          }}
        />
      )}
      <ConfirmDestructive
        open={asking}
        onOpenChange={setAsking}
        title={stored === null ? `Make ${group.name} a dynamic group?` : `Save the rule of ${group.name}?`}
        consequences={[
          ...(stored === null ? ['From then on, members are not added or removed by hand.'] : []),
          preview
            ? `${preview.added.toLocaleString('en')} people come in, ${preview.removed.toLocaleString('en')} fall out.`
            : 'Who comes in and falls out could not be counted.',
          ...(preview ? accountConsequences(preview) : []),
          'Whoever falls out and is in no other group of an application loses access to it.',
        ]}
        confirmLabel="Save rule"
        pending={save.pending}
        error={save.error}
        onConfirm={() => void save.run()}
      />
      {stored && !readOnly && <MakeStatic group={group} />}
    </form>
  );
}
