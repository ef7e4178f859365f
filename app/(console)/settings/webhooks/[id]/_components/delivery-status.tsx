import { Status } from '@/components/ui/status';
import type { DeliveryRow } from '@/lib/webhooks/queries';

/** Where a delivery stands. */
export function DeliveryStatus({ delivery }: { delivery: Pick<DeliveryRow, 'state' | 'attempts' | 'nextAttemptAt'> }) {
  if (delivery.state === 'delivered') return <Status tone="ok">Delivered</Status>;
  if (delivery.state === 'failed') return <Status tone="error">Failed</Status>;
  if (!delivery.nextAttemptAt) return <Status tone="inactive">On hold</Status>;
  return delivery.attempts > 0 ? <Status tone="attention">Retrying</Status> : <Status tone="progress">Waiting</Status>;
}

/** What came back the last time, in short. */
export function lastAnswer({
  attempts,
  lastStatus,
  lastError,
}: Pick<DeliveryRow, 'attempts' | 'lastStatus' | 'lastError'>) {
  if (lastError) return lastError;
  if (lastStatus) return String(lastStatus);
  return attempts > 0 ? 'Nothing left to send' : undefined;
}
