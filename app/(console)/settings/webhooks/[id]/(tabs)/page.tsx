import { notFound } from 'next/navigation';
import { ExportMenu } from '@/components/patterns/export-menu';
import { AbsoluteTime } from '@/components/patterns/relative-time';
import { LinkButton } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { may, requireSession } from '@/lib/auth/session';
import { links } from '@/lib/core/links';
import { getSettings } from '@/lib/settings/settings';
import { listDeliveries, type WebhookDetail } from '@/lib/webhooks/queries';
import { deliveryFilterSchema } from '@/lib/webhooks/schema';
import { DeliveriesTable } from '../_components/deliveries-table';
import { findWebhookDetail } from '../_components/find-webhook';
import { ResendFailed } from '../_components/resend-failed';
import { StateFilter } from '../_components/state-filter';

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** What was sent, what is waiting, what was given up. */
export default async function DeliveriesPage({ params, searchParams }: Props) {
  const session = await requireSession('webhooks.read');
  const webhook = await findWebhookDetail((await params).id);
  if (!webhook) notFound();
  const filter = deliveryFilterSchema.parse(await searchParams);
  const [page, { deliveryRetentionDays }] = await Promise.all([listDeliveries(webhook.id, filter), getSettings()]);
  const writable = may(session, 'webhooks.write');
  return (
    <div className="grid gap-4">
      <Trouble webhook={webhook} writable={writable} />
      <Missed webhook={webhook} />
      <div className="flex flex-wrap items-center justify-between gap-2">
        <StateFilter webhookId={webhook.id} current={filter.state} waiting={webhook.waiting} failed={webhook.failed} />
        <div className="flex flex-wrap items-center gap-2">
          {writable && webhook.enabled && webhook.failed > 0 && <ResendFailed id={webhook.id} count={webhook.failed} />}
          {page.items.length > 0 && <ExportMenu address={`/api/webhooks/${webhook.id}/deliveries/export`} />}
        </div>
      </div>
      <DeliveriesTable page={page} writable={writable && webhook.enabled} />
      <p className="text-muted text-xs">
        A message that is not accepted is sent again after 10 seconds, then less and less often, for about two days.
        What was delivered or given up stays listed for {deliveryRetentionDays} days.
      </p>
    </div>
  );
}

function Trouble({ webhook, writable }: { webhook: WebhookDetail; writable: boolean }) {
  const { lastError } = webhook;
  if (webhook.state === 'disabled') {
    const isGone = lastError?.status === 410;
    return (
      <Callout
        kind="warning"
        title={isGone ? 'Disabled: the receiver answered 410 Gone' : 'Disabled: nothing is sent'}
        actions={writable && <LinkButton href={links.webhookSettings(webhook.id)}>Go to the settings</LinkButton>}
      >
        What happens meanwhile is kept, and sent once the webhook is enabled again.
      </Callout>
    );
  }
  if (webhook.state !== 'failing' || !lastError) return null;
  return (
    <Callout kind="error" title="The receiver does not accept messages">
      {lastError.message}{' '}
      {webhook.restsUntil ? (
        <>
          It is left alone until <AbsoluteTime at={webhook.restsUntil} />, so that it holds up no other webhook.
        </>
      ) : (
        webhook.waiting > 0 && 'What is waiting is tried again by itself.'
      )}
    </Callout>
  );
}

/** What retention took away before it could be sent. */
function Missed({ webhook: { missedEvents, missedAt } }: { webhook: WebhookDetail }) {
  if (missedEvents === 0 || !missedAt) return null;
  return (
    <Callout
      kind="warning"
      title={`${missedEvents.toLocaleString('en')} ${missedEvents === 1 ? 'event was' : 'events were'} missed`}
    >
      They reached the age at which events are deleted before they could be sent, the last on{' '}
      <AbsoluteTime at={missedAt} />. How long events are kept is set under Settings › General.
    </Callout>
  );
}
