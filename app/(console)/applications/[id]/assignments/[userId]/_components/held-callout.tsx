import { RelativeTime } from '@/components/patterns/relative-time';
import { Callout } from '@/components/ui/callout';
import type { AssignmentDetail } from '@/lib/provisioning/queries/link-detail';
import { DecideHeld } from '../../../provisioning/_components/decide-held';

/** What waits for somebody, or was rejected, of one account; nothing where nothing does. */
export function HeldCallout({
  application,
  detail: { link, operations },
  mayDecide,
}: {
  application: { id: string; displayLabel: string };
  detail: AssignmentDetail;
  mayDecide: boolean;
}) {
  const held = operations.find(({ id }) => id === link?.holdId);
  if (!held) return null;
  const noun = held.action === 'delete' ? 'deletion' : 'deactivation';
  const rejected = held.state === 'rejected';
  return (
    <Callout
      kind={rejected ? 'info' : 'warning'}
      title={rejected ? `The ${noun} was rejected` : `The ${noun} is held until somebody allows it`}
      actions={
        mayDecide && (
          <DecideHeld application={application} choice={{ operationIds: [held.id] }} count={1} rejected={rejected} />
        )
      }
    >
      {rejected ? `${held.error?.message ?? ''} The account stays as it is until something else is planned.` : null}
      {!rejected && (
        <>
          Since <RelativeTime at={held.createdAt} />. The account stays as it is
          {mayDecide ? '.' : '; an administrator decides.'}
        </>
      )}
    </Callout>
  );
}
