import type { OperationAction } from '@/lib/db/generated/client';
import type { EventDraft } from '@/lib/events/draft';

/** What is told when something is held, of the event that is told when it is sent. */
export function holdEvent(event: EventDraft, { action }: { action: OperationAction }): EventDraft {
  const noun = action === 'delete' ? 'The deletion' : 'The deactivation';
  return { ...event, name: 'provisioning_hold', message: `${noun} waits until somebody allows it.` };
}
