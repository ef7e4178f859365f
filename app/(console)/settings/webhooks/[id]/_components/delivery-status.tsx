import { Status } from '@/components/ui/status';
import type { DeliveryRow } from '@/lib/webhooks/queries';

/** Where a delivery stands. */
export function DeliveryStatus({ delivery }: { delivery: Pick<DeliveryRow, 'state' | 'attempts'> }) {
  if (delivery.state === 'delivered') return <Status tone="ok">Delivered</Status>;
  if (delivery.state === 'failed') return <Status tone="error">Failed</Status>;
  return delivery.attempts > 0 ? (
    <Status tone="attention">Trying again</Status>
  ) : (
    <Status tone="progress">Waiting</Status>
  );
}

/** What came back the last time, in short. */
export function lastAnswer({
  attempts,
  lastStatus,
  lastError,
}: Pick<DeliveryRow, 'attempts' | 'lastStatus' | 'lastError'>) {
  if (lastError) return lastStatus ? `${lastStatus}: ${lastError}` : lastError;
  if (lastStatus) return String(lastStatus);
  return attempts > 0 ? 'Nothing left to send' : undefined;
}
