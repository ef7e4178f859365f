import { purgeExpiredUsers } from '@/lib/directory/purge-user';
import { forgetDecayed } from '@/lib/throttle/forget';
import { requeueOverdue } from '@/lib/webhooks/requeue-overdue';
import { enqueueRetention } from './retention';

/** Permanent deletion 30 days after soft deletion; deliveries without a job get one; what has reached its age goes. */
export async function housekeeping(): Promise<void> {
  await purgeExpiredUsers();
  await forgetDecayed();
  await requeueOverdue();
  await enqueueRetention();
}
