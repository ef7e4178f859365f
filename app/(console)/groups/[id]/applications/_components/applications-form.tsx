'use client';

import { Fragment, useMemo } from 'react';
import { FormError } from '@/components/patterns/form-error';
import { SaveBar } from '@/components/patterns/save-bar';
import { useAction } from '@/components/patterns/use-action';
import { warnOfConflicts } from '@/components/patterns/warn-of-names';
import { AppTile } from '@/components/ui/app-tile';
import { LinkButton, TextLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import type { ApplicationChoice } from '@/lib/applications/queries';
import { links } from '@/lib/core/links';
import { IdmStatusWord, SsoStatusWord } from '../../../../applications/_components/application-status';
import { AssociationList } from '../../../../applications/_components/association-list';
import { useCheckedSet } from '../../../../applications/_components/use-checked-set';
import { saveApplicationsAction } from '../actions';

/** Check boxes over the applications that a group's members may use. */
export function ApplicationsForm({
  groupId,
  groupName,
  choices,
  readOnly,
}: {
  groupId: string;
  groupName: string;
  choices: readonly ApplicationChoice[];
  readOnly: boolean;
}) {
  const stored = useMemo(() => choices.filter((choice) => choice.associated).map((choice) => choice.id), [choices]);
  const checked = useCheckedSet(stored);
  const { run, pending, error, clearError } = useAction(saveApplicationsAction, {
    success: 'Applications saved',
    onSuccess: ({ conflicts }) => {
      checked.reset();
      warnOfConflicts(conflicts);
    },
    showError: 'inline',
  });
  const provisioned = choices.filter(({ associated, idmStatus }) => associated && idmStatus === 'active');
  const words = [
    checked.add.length > 0 ? `${checked.add.length} to add` : '',
    checked.remove.length > 0 ? `${checked.remove.length} to take away` : '',
  ];
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void run({ groupId, add: checked.add, remove: checked.remove });
      }}
    >
      <p className="max-w-prose text-muted">
        Users are implicitly denied. Select the applications that members of {groupName} get access to.
      </p>
      <FormError error={error} />
      <AssociationList
        label="Applications"
        searchLabel="Search applications"
        choices={choices.map((choice) => ({
          id: choice.id,
          name: choice.displayLabel,
          description: choice.description,
          tile: <AppTile name={choice.displayLabel} color={choice.logoColor} image={choice.logoImage} size="sm" />,
          aside: (
            <span className="flex shrink-0 gap-4 max-sm:hidden">
              <SsoStatusWord status={choice.ssoStatus} label={choice.kind === 'bookmark' ? 'Bookmark' : 'SSO'} />
              {choice.idmStatus !== 'not_configured' && <IdmStatusWord status={choice.idmStatus} label="IdM" />}
            </span>
          ),
        }))}
        isChecked={checked.isChecked}
        onToggle={checked.toggle}
        readOnly={readOnly}
        empty={
          <EmptyState
            title="No applications yet"
            action={!readOnly && <LinkButton href={links.newApplication()}>Add New Application</LinkButton>}
          >
            Connect an application first, then select it here.
          </EmptyState>
        }
      />
      {provisioned.length > 0 && (
        <p className="text-muted text-sm">
          Provision this group now:{' '}
          {provisioned.map(({ id, displayLabel }, index) => (
            <Fragment key={id}>
              {index > 0 && ', '}
              <TextLink href={links.application(id).onDemand({ group: groupId })}>{displayLabel}</TextLink>
            </Fragment>
          ))}
        </p>
      )}
      <SaveBar
        dirty={checked.dirty}
        pending={pending}
        note={words.filter(Boolean).join(', ')}
        onDiscard={() => {
          checked.reset();
          clearError();
        }}
      />
    </form>
  );
}
