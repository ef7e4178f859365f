import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { z } from 'zod';
import { PageHeader } from '@/components/patterns/page-header';
import { AbsoluteTime, RelativeTime } from '@/components/patterns/relative-time';
import { TextLink } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Card } from '@/components/ui/card';
import { CodeBlock } from '@/components/ui/code-block';
import { DescriptionList, Table, TableBody, TableHead, TableRow, Td, Th } from '@/components/ui/table';
import { may, requireSession } from '@/lib/auth/session';
import { AppError } from '@/lib/core/errors';
import { links } from '@/lib/core/links';
import type { EventRow } from '@/lib/events/queries';
import { messageBody } from '@/lib/webhooks/message';
import { getDelivery } from '@/lib/webhooks/queries';
import { DeliveryStatus } from '../../_components/delivery-status';
import { findWebhookDetail } from '../../_components/find-webhook';
import { Resend } from '../../_components/resend';

export const metadata: Metadata = { title: 'Delivery' };

/** One message: how it fared, and what is in it. */
export default async function DeliveryPage({ params }: { params: Promise<{ id: string; deliveryId: string }> }) {
  const session = await requireSession('webhooks.read');
  const { id, deliveryId } = await params;
  const [webhook, delivery] = await Promise.all([findWebhookDetail(id), findDelivery(deliveryId)]);
  if (!webhook || delivery.webhookId !== webhook.id) notFound();
  return (
    <>
      <PageHeader
        crumbs={[
          { label: 'Webhooks', href: links.webhooks() },
          { label: webhook.label, href: links.webhook(webhook.id) },
          { label: 'Delivery' },
        ]}
        title={delivery.eventCount === 1 ? 'Delivery of 1 event' : `Delivery of ${delivery.eventCount} events`}
        status={<DeliveryStatus delivery={delivery} />}
        actions={webhook.enabled && may(session, 'webhooks.write') && <Resend delivery={delivery} size="md" />}
      />
      <div className="grid gap-5">
        {delivery.lastError && (
          <Callout kind={delivery.state === 'failed' ? 'error' : 'warning'} title="The last attempt was not accepted">
            {delivery.lastError}
          </Callout>
        )}
        {delivery.events.length < delivery.eventCount && (
          <Callout
            kind="info"
            title={`${delivery.eventCount - delivery.events.length} of its events are not kept any more`}
          >
            They have reached the age at which events are deleted. What is sent again holds the others.
          </Callout>
        )}
        <Card>
          <DescriptionList
            items={[
              { label: 'webhook-id', value: delivery.id, mono: true },
              { label: 'Made', value: <AbsoluteTime at={delivery.createdAt} seconds /> },
              { label: 'Attempts', value: delivery.attempts },
              { label: 'Last status', value: delivery.lastStatus ?? undefined },
              delivery.state === 'waiting'
                ? {
                    label: 'Next attempt',
                    value: <RelativeTime tense="future" at={delivery.nextAttemptAt} fallback="When enabled" />,
                  }
                : {
                    label: delivery.state === 'failed' ? 'Given up' : 'Delivered',
                    value: delivery.finishedAt && <AbsoluteTime at={delivery.finishedAt} seconds />,
                  },
            ]}
          />
        </Card>
        {delivery.events.length > 0 && (
          <>
            <Events rows={delivery.events} />
            <CodeBlock label="Message, laid out to be read" code={laidOut(delivery.events)} maxHeight={480} />
          </>
        )}
      </div>
    </>
  );
}

async function findDelivery(id: string) {
  if (!z.uuid().safeParse(id).success) notFound();
  return getDelivery(id).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') notFound();
    throw error;
  });
}

const laidOut = (events: readonly EventRow[]) => JSON.stringify(JSON.parse(messageBody(events)), null, 2);

function Events({ rows }: { rows: readonly EventRow[] }) {
  return (
    <Table label="Events of this delivery">
      <TableHead>
        <TableRow>
          <Th>Event</Th>
          <Th>Time</Th>
          <Th>Actor</Th>
          <Th>Target</Th>
        </TableRow>
      </TableHead>
      <TableBody>
        {rows.map((event) => (
          <TableRow key={event.id}>
            <Td mono>
              <TextLink href={links.event(event.id)}>{event.name}</TextLink>
            </Td>
            <Td>
              <AbsoluteTime at={event.at} seconds />
            </Td>
            <Td>{event.actorName}</Td>
            <Td>{event.targetName ?? <span className="text-muted">None</span>}</Td>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
