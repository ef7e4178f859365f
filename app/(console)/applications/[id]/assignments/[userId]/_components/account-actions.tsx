'use client';

import { useState } from 'react';
import { useAction } from '@/components/patterns/use-action';
import { AlertDialog } from '@/components/ui/alert-dialog';
import { Button, LinkButton } from '@/components/ui/button';
import { links } from '@/lib/core/links';
import { isOneOf, linkStatesThat } from '@/lib/core/states';
import type { AssignmentDetail } from '@/lib/provisioning/queries/link-detail';
import { retryWaits } from '@/lib/provisioning/schema';
import { manageLinkAction, releaseLinkAction, retryLinkAction, unassignUserAction } from '../../actions';

/** Retry, release, manage again, take a direct assignment away. */
export function AccountActions({
  applicationId,
  appName,
  detail,
  mayRun,
  mayWrite,
  own,
  status,
}: {
  applicationId: string;
  appName: string;
  /** Of the connection. */
  status: string;
  detail: AssignmentDetail;
  mayRun: boolean;
  mayWrite: boolean;
  own: boolean;
}) {
  const { link, person, grants, next } = detail;
  const [asking, setAsking] = useState<'release' | 'unassign'>();
  const close = { onSuccess: () => setAsking(undefined) };
  const retry = useAction(retryLinkAction, { success: `${person.displayName} is tried again` });
  const manage = useAction(manageLinkAction, { success: 'The account is managed again' });
  const release = useAction(releaseLinkAction, { ...close, success: 'The account was released' });
  const unassign = useAction(unassignUserAction, { ...close, success: 'The direct assignment was taken away' });
  const active = next !== null;
  const mayRetry = mayRun && active && link?.lastError && link.state !== 'released';
  const waits = mayRetry ? retryWaits[status] : undefined;
  return (
    <div className="flex flex-wrap gap-2">
      {mayRetry && (
        <Button
          pending={retry.pending}
          aria-describedby={waits && 'retry-waits'}
          onClick={() => void retry.run({ linkId: link.id })}
        >
          Retry
        </Button>
      )}
      {mayRun && active && link?.state !== 'released' && (
        <LinkButton href={links.application(applicationId).onDemand({ person: person.id })}>
          Provision on demand
        </LinkButton>
      )}
      {mayWrite && active && link?.remoteId && !isOneOf(linkStatesThat.areOver, link.state) && (
        <Button onClick={() => setAsking('release')}>Release</Button>
      )}
      {mayWrite && active && link?.state === 'released' && (
        <Button
          variant="primary"
          pending={manage.pending}
          disabled={own}
          title={own ? 'Your own account: another administrator takes it back' : undefined}
          onClick={() => void manage.run({ linkId: link.id })}
        >
          Manage again
        </Button>
      )}
      {mayWrite && grants.direct && <Button onClick={() => setAsking('unassign')}>Take assignment away</Button>}
      {waits && (
        <p id="retry-waits" className="basis-full text-muted">
          {waits}
        </p>
      )}
      <AlertDialog
        open={asking === 'release'}
        onOpenChange={() => setAsking(undefined)}
        title={`Release the account of ${person.displayName}?`}
        description={`The account and its memberships in ${appName} stay as they are. Latchkey changes nothing there any more, not even when the person leaves.`}
        confirmLabel="Release account"
        pending={release.pending}
        onConfirm={() => link && void release.run({ linkId: link.id })}
      />
      <AlertDialog
        open={asking === 'unassign'}
        onOpenChange={() => setAsking(undefined)}
        title="Take the direct assignment away?"
        description={
          grants.groups.length > 0
            ? `${person.displayName} keeps access through ${grants.groups.map((group) => group.name).join(', ')}.`
            : `${person.displayName} loses access to ${appName}${link?.remoteId ? ', and the account is deactivated' : ''}.`
        }
        confirmLabel="Take assignment away"
        danger={grants.groups.length === 0}
        pending={unassign.pending}
        onConfirm={() => void unassign.run({ applicationId, userId: person.id })}
      />
    </div>
  );
}
