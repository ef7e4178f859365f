import { AppError } from '@/lib/core/errors';
import { unseal } from '@/lib/crypto/seal';
import { declareCommand } from '@/lib/events/command';
import { attemptAfter } from '@/lib/events/record';
import { findWebhook, webhookTarget } from './internal/webhooks';
import type { WebhookMessage } from './message';
import { webhookIdSchema } from './schema';
import { type Attempt, sendMessage } from './send';
import { secretContext } from './sign';

/**
 * Sends `{"type":"test"}`, signed, at once and once; also to a webhook that is disabled. Not to be called inside of a
 * transaction: it waits for the receiver, up to 10 s.
 * @throws AppError `not_found`, `delivery_failed` with what the receiver answered
 */
export const testWebhook = declareCommand(
  { id: 'testWebhook', permission: 'webhooks.write', input: webhookIdSchema, event: 'webhook_delivery' },
  (actor, { id }) =>
    attemptAfter(
      { name: 'webhook_delivery', actor, message: 'A test was delivered.' },
      async (draft) => {
        const row = await findWebhook(id);
        draft.target = webhookTarget(row);
        const attempt = await sendMessage({
          id: crypto.randomUUID(),
          url: row.url,
          secret: unseal(row.secretSealed, secretContext(id)),
          body: JSON.stringify({ type: 'test' } satisfies WebhookMessage),
        });
        if (!attempt.accepted) {
          throw new AppError('delivery_failed', attempt.error ?? 'The receiver did not accept the test.', {
            hint: hintFor(attempt),
          });
        }
        return { ...attempt, version: row.version };
      },
      async (_tx, _draft, { version, status, durationMs }) => ({ id, version, status, durationMs }),
    ),
);

function hintFor({ status }: Attempt): string {
  if (status === null) return 'Check the address, and that the receiver can be reached from here.';
  if (status === 401 || status === 403) {
    return 'The receiver refuses the message: check that it verifies with the present secret, and that its clock is right.';
  }
  if (status === 404 || status === 405 || status === 410) {
    return 'Check the path of the address: it must take POST requests.';
  }
  if (status >= 300 && status < 400) return 'Enter the address that it redirects to.';
  return 'Look into the log of the receiver.';
}
