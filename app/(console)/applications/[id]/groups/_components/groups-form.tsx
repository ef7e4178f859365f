'use client';

import { Fragment, type ReactNode, useEffect, useState } from 'react';
import { FormError } from '@/components/patterns/form-error';
import { ReadOnlyNote } from '@/components/patterns/read-only-note';
import { SaveBar } from '@/components/patterns/save-bar';
import { useAction } from '@/components/patterns/use-action';
import { warnOfConflicts } from '@/components/patterns/warn-of-names';
import { Badge } from '@/components/ui/badge';
import { LinkButton, TextLink } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { EmptyState } from '@/components/ui/empty-state';
import { Pagination } from '@/components/ui/pagination';
import type { AssociationImpact, NamedPeople } from '@/lib/applications/association-impact';
import type { GroupChoice } from '@/lib/applications/queries';
import { links } from '@/lib/core/links';
import type { GroupLinkRow } from '@/lib/provisioning/queries/group-links';
import { AssociationRows } from '../../../_components/association-list';
import { previewGroupsAction, saveGroupsAction } from '../actions';
import { ConfirmGroups } from './confirm-groups';
import { LinkedGroup } from './linked-group';
import { type PendingGroup, usePendingGroups } from './use-pending-groups';

/** Check boxes over the user groups; what the change does to people is said before it is saved. */
export function GroupsForm({
  applicationId,
  appName,
  provisions,
  choices,
  total,
  nextCursor,
  filtered,
  filters,
  linked,
  membersTold,
  readOnly,
}: {
  applicationId: string;
  appName: string;
  /** Whether a change creates and deactivates accounts, too. */
  provisions: boolean;
  /** One page of the groups. */
  choices: readonly GroupChoice[];
  total: number;
  nextCursor: string | undefined;
  /** By a search or a filter: then no group means no match. */
  filtered: boolean;
  filters: ReactNode;
  /** How those on this page stand over there; absent where groups are not managed. */
  linked: readonly GroupLinkRow[] | undefined;
  /** What the server does not say of who is in a group. */
  membersTold: string | undefined;
  readOnly: boolean;
}) {
  const checked = usePendingGroups();
  const { run, pending, error, clearError } = useAction(saveGroupsAction, {
    success: 'User groups saved',
    onSuccess: ({ conflicts }) => {
      checked.reset();
      warnOfConflicts(conflicts);
    },
    showError: 'inline',
  });
  const [asking, setAsking] = useState(false);
  const save = async () => {
    await run({ applicationId, add: checked.add, remove: checked.remove });
    setAsking(false);
  };
  const impact = useImpact(applicationId, checked.add, checked.remove);
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        // Whoever loses an account is named before it happens, not after.
        if (provisions && checked.remove.length > 0) setAsking(true);
        else void save();
      }}
    >
      {readOnly ? (
        <>
          <ReadOnlyNote what="the associated groups" />
          <p className="max-w-prose text-muted">
            Users are implicitly denied: members of the groups that are selected here get access to {appName}. Members
            of nested groups count.
          </p>
        </>
      ) : (
        <p className="max-w-prose text-muted">
          Users are implicitly denied. Select the check box next to each group whose members get access to {appName}.
          Members of nested groups count.
        </p>
      )}
      <FormError error={error} />
      {membersTold && <Callout title={membersTold} />}
      {(choices.length > 0 || filtered) && filters}
      <div className="rounded-lg border border-line bg-surface">
        {choices.length === 0 ? (
          <NoGroups filtered={filtered} appName={appName} readOnly={readOnly} />
        ) : (
          <AssociationRows
            label="User groups"
            choices={choices.map((group) => ({
              ...group,
              aside: <Members group={group} />,
              below: linked && group.associated && (
                <LinkedGroup
                  applicationId={applicationId}
                  appName={appName}
                  group={group}
                  row={linked.find(({ groupId }) => groupId === group.id)}
                  readOnly={readOnly}
                />
              ),
            }))}
            isChecked={checked.isChecked}
            onToggle={checked.toggle}
            readOnly={readOnly}
          />
        )}
      </div>
      <div className="flex flex-wrap items-center justify-between gap-3 text-muted text-xs">
        <span>
          {total > choices.length && `${choices.length.toLocaleString('en')} of `}
          {total.toLocaleString('en')} {total === 1 ? 'group' : 'groups'}
        </span>
        <Pagination nextCursor={nextCursor} />
      </div>
      <ConfirmGroups
        open={asking}
        onOpenChange={setAsking}
        appName={appName}
        applicationId={applicationId}
        add={checked.add}
        remove={checked.remove}
        pending={pending}
        onConfirm={() => void save()}
      />
      <SaveBar
        dirty={checked.dirty}
        pending={pending}
        note={
          <span className="grid gap-0.5">
            {impact ? <Impact impact={impact} provisions={provisions} /> : 'Counting people…'}
            <Elsewhere groups={checked.elsewhere(choices)} />
          </span>
        }
        onDiscard={() => {
          checked.reset();
          clearError();
        }}
      />
    </form>
  );
}

function NoGroups({ filtered, appName, readOnly }: { filtered: boolean; appName: string; readOnly: boolean }) {
  if (filtered)
    return <EmptyState title="No user group matches">Try a part of the name, or clear the filter.</EmptyState>;
  if (readOnly)
    return <EmptyState title="No user groups yet">People get access to {appName} through groups.</EmptyState>;
  return (
    <EmptyState title="No user groups yet" action={<LinkButton href={links.groups()}>Go to User Groups</LinkButton>}>
      Create a group of the people who are to use {appName}, then select it here.
    </EmptyState>
  );
}

const namedElsewhere = 3;

/** What is changed and not on this page: it is saved with the rest. */
function Elsewhere({ groups }: { groups: readonly PendingGroup[] }) {
  if (groups.length === 0) return null;
  const more = groups.length - namedElsewhere;
  const named = groups.slice(0, namedElsewhere).map(({ name, on }) => `${on ? '+' : '−'} ${name}`);
  return (
    <span className="text-xs">
      Not on this page: {named.join(', ')}
      {more > 0 && ` and ${more.toLocaleString('en')} more`}
    </span>
  );
}

function Members({ group }: { group: GroupChoice }) {
  return (
    <span className="flex shrink-0 items-center gap-3 text-muted text-xs tabular-nums">
      {group.importedFrom && <Badge icon={false}>Group of {group.importedFrom}</Badge>}
      {group.members.toLocaleString('en')} {group.members === 1 ? 'member' : 'members'}
    </span>
  );
}

/** "+12 / −3 people": who is let in and shut out when this is saved, and who of the members is neither. */
function Impact({ impact, provisions }: { impact: AssociationImpact; provisions: boolean }) {
  const { enter, leave, total, totalIsExact } = impact;
  return (
    <span className="grid gap-0.5">
      <span>
        <strong className="font-medium text-ink tabular-nums">
          +{enter.toLocaleString('en')} / −{leave.toLocaleString('en')} {enter + leave === 1 ? 'person' : 'people'}
        </strong>
        {`: ${total.toLocaleString('en')}${totalIsExact ? '' : '+'} with access afterwards`}
        {provisions && leave > 0 && '; accounts of those who leave are deactivated'}
      </span>
      {!impact.isExact && <span className="text-xs">Of the first 1,000 people of these groups; there are more.</span>}
      <Others
        members={impact.members}
        parts={[
          { people: impact.already, words: 'has access already', plural: 'have access already' },
          { people: impact.suspended, words: 'is suspended', plural: 'are suspended' },
        ]}
      />
      <Others
        members={impact.removedMembers}
        parts={[
          { people: impact.kept, words: 'keeps access another way', plural: 'keep access another way' },
          { people: impact.removedSuspended, words: 'is suspended', plural: 'are suspended' },
        ]}
      />
    </span>
  );
}

interface Part {
  people: NamedPeople;
  words: string;
  plural: string;
}

/** "Of 91 members, 1 is suspended (Nina Bose)": why the members of the groups are more than those who come or go. */
function Others({ members, parts }: { members: number; parts: readonly Part[] }) {
  const told = parts.filter(({ people }) => people.count > 0);
  if (told.length === 0) return null;
  return (
    <span className="text-xs">
      Of {members.toLocaleString('en')} {members === 1 ? 'member' : 'members'},{' '}
      {told.map(({ people, words, plural }, index) => (
        <Fragment key={words}>
          {index > 0 && ' and '}
          {people.count.toLocaleString('en')} {people.count === 1 ? words : plural} (<Names people={people} />)
        </Fragment>
      ))}
      .
    </span>
  );
}

function Names({ people: { count, first } }: { people: NamedPeople }) {
  const more = count - first.length;
  return (
    <>
      {first.map(({ id, displayName }, index) => (
        <Fragment key={id}>
          {index > 0 && ', '}
          {/* What is checked in this form is not saved yet. */}
          <TextLink href={links.user(id)} external>
            {displayName}
          </TextLink>
        </Fragment>
      ))}
      {more > 0 && ` and ${more.toLocaleString('en')} more`}
    </>
  );
}

/** Asks the server as the check boxes change; an answer that was overtaken is dropped. */
function useImpact(applicationId: string, add: readonly string[], remove: readonly string[]) {
  const [impact, setImpact] = useState<AssociationImpact>();
  const key = JSON.stringify([add, remove]);
  useEffect(() => {
    const [added, removed] = JSON.parse(key) as [string[], string[]];
    setImpact(undefined);
    if (added.length + removed.length === 0) return;
    let current = true;
    const timer = setTimeout(async () => {
      const result = await previewGroupsAction({ applicationId, add: added, remove: removed }).catch(() => undefined);
      if (current && result?.ok) setImpact(result);
    }, 150);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [applicationId, key]);
  return impact;
}
