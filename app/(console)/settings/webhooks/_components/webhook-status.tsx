import { Status, type Tone } from '@/components/ui/status';
import type { WebhookDetail } from '@/lib/webhooks/queries';

/** How a webhook fares, in a word. */
export function WebhookStatus({
  webhook: { state, lastDeliveredAt, lastError },
}: {
  webhook: Pick<WebhookDetail, 'state' | 'lastDeliveredAt' | 'lastError'>;
}) {
  const [tone, word] = looks(state, lastDeliveredAt !== null);
  return (
    <Status tone={tone} {...(lastError && state !== 'ok' ? { title: lastError.message } : {})}>
      {word}
    </Status>
  );
}

function looks(state: WebhookDetail['state'], delivered: boolean): [Tone, string] {
  if (state === 'disabled') return ['inactive', 'Disabled'];
  if (state === 'failing') return ['error', 'Failing'];
  return ['ok', delivered ? 'Delivering' : 'Ready'];
}
