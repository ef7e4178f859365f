'use client';

import { LinkButton } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { links } from '@/lib/core/links';
import type { ImportScope } from '@/lib/imports/add-to-group';
import { AddToGroup } from './add-to-group';

/** Who was imported is not managed before they are in an associated group; offers to add them. */
export function ScopeBanner({
  importId,
  applicationId,
  scope,
  mayAdd,
}: {
  importId: string;
  applicationId: string;
  scope: ImportScope;
  mayAdd: boolean;
}) {
  const one = scope.outOfScope === 1;
  return (
    <Callout
      kind="warning"
      title={`${scope.outOfScope.toLocaleString('en')} ${one ? 'person is' : 'people are'} not managed yet`}
      actions={
        mayAdd &&
        (scope.groups.length === 0 ? (
          <LinkButton href={links.application(applicationId).groups()}>Associate a user group</LinkButton>
        ) : (
          <AddToGroup importId={importId} groups={scope.groups} label="Add them to a group…" />
        ))
      }
    >
      Imported users must be members of a user group associated with the application for Latchkey to manage their
      account in it. Until then their accounts stay as they are.
      {!mayAdd && ' An administrator adds them.'}
    </Callout>
  );
}
