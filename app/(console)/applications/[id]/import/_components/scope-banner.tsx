'use client';

import { atLeast } from '@/components/patterns/at-least';
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
  return (
    <Callout
      kind="warning"
      title={titleOf(scope)}
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

function titleOf({ outOfScope, outOfScopeIsExact }: ImportScope): string {
  if (outOfScope === 0) return 'Not everybody who was imported was looked at: some may not be managed yet';
  const one = outOfScope === 1 && outOfScopeIsExact;
  return `${atLeast(outOfScope, outOfScopeIsExact)} ${one ? 'person is' : 'people are'} not managed yet`;
}
