import { settleAllNames } from '@/lib/applications/settle-names';
import { purgeExpiredUsers } from '@/lib/directory/purge-user';
import { warnOfEndingSecrets } from '@/lib/provisioning/warn-of-ending-secrets';
import { warnOfEndingCertificates } from '@/lib/sso/warn-of-ending-certificates';
import { forgetDecayed } from '@/lib/throttle/forget';
import { requeueOverdue } from '@/lib/webhooks/requeue-overdue';
import { enqueueRetention } from './retention';

/**
 * Permanent deletion 30 days after soft deletion; deliveries without a job get one; what has reached its age goes;
 * names that sign-ins are compared by are made; secrets of connections and certificates that end are told of.
 */
export async function housekeeping(): Promise<void> {
  await purgeExpiredUsers();
  await forgetDecayed();
  await settleAllNames();
  await requeueOverdue();
  await warnOfEndingSecrets();
  await warnOfEndingCertificates();
  await enqueueRetention();
}
