import { settleAllNames } from '@/lib/applications/settle-names';
import { purgeExpiredUsers } from '@/lib/directory/purge-user';
import { scheduleImports } from '@/lib/imports/schedule-imports';
import { warnOfEndingSecrets } from '@/lib/provisioning/warn-of-ending-secrets';
import { endAbandonedLogouts } from '@/lib/sso/logout/end-abandoned';
import { scheduleSpMetadata, warnOfExpiredSpMetadata } from '@/lib/sso/sp-metadata/schedule';
import { warnOfEndingCertificates } from '@/lib/sso/warn-of-ending-certificates';
import { forgetDecayed } from '@/lib/throttle/forget';
import { requeueOverdue } from '@/lib/webhooks/requeue-overdue';
import { enqueueRetention } from './retention';

/**
 * Permanent deletion 30 days after soft deletion; deliveries without a job get one; what has reached its age goes;
 * names that sign-ins are compared by are made; imports whose interval has passed are started; secrets of connections and certificates that end are told of;
 * metadata of service providers that is due is read; logouts whose browser did not come back are ended.
 */
export async function housekeeping(): Promise<void> {
  await purgeExpiredUsers();
  await forgetDecayed();
  await settleAllNames();
  await requeueOverdue();
  await warnOfEndingSecrets();
  await warnOfEndingCertificates();
  await scheduleSpMetadata();
  await warnOfExpiredSpMetadata();
  await scheduleImports();
  await endAbandonedLogouts();
  await enqueueRetention();
}
