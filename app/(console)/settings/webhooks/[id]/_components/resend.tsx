'use client';

import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import type { DeliveryRow } from '@/lib/webhooks/queries';
import { resendDeliveryAction } from '../../actions';

/** Sends one delivery again, or ahead of its time; nothing where it is about to be sent anyway. */
export function Resend({
  delivery,
  size = 'sm',
}: {
  delivery: Pick<DeliveryRow, 'id' | 'state' | 'attempts'>;
  size?: 'sm' | 'md';
}) {
  const isWaiting = delivery.state === 'waiting';
  const resend = useAction(resendDeliveryAction, { success: isWaiting ? 'Is sent now' : 'Is sent again' });
  if (isWaiting && delivery.attempts === 0) return null;
  return (
    <Button size={size} pending={resend.pending} onClick={() => resend.run({ deliveryId: delivery.id })}>
      {isWaiting ? 'Send now' : 'Send again'}
    </Button>
  );
}
