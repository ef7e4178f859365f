'use client';

import { Webhook } from 'lucide-react';
import { type DataColumn, DataTable } from '@/components/patterns/data-table';
import { RelativeTime } from '@/components/patterns/relative-time';
import { LinkButton } from '@/components/ui/button';
import { Code } from '@/components/ui/code-block';
import { EmptyState } from '@/components/ui/empty-state';
import { links } from '@/lib/core/links';
import type { WebhookDetail } from '@/lib/webhooks/queries';
import { WebhookStatus } from './webhook-status';

const number = (value: number, isBad = false) =>
  value === 0 ? (
    <span className="text-muted">0</span>
  ) : (
    <span className={isBad ? 'font-medium text-error' : undefined}>{value.toLocaleString('en')}</span>
  );

const columns: DataColumn<WebhookDetail>[] = [
  { id: 'label', header: 'Label', title: (row) => row.label, cell: (row) => row.label },
  {
    id: 'url',
    header: 'Receiver',
    mono: true,
    width: '30%',
    hideBelow: 'md',
    title: (row) => row.url,
    cell: (row) => <span className="text-muted">{row.url}</span>,
  },
  {
    id: 'events',
    header: 'Events',
    width: '150px',
    hideBelow: 'lg',
    title: (row) => row.eventNames.join(', ') || undefined,
    cell: ({ eventNames, applicationIds }) => (
      <span>
        {eventNames.length === 0 ? 'Every event' : eventNames.length === 1 ? '1 kind' : `${eventNames.length} kinds`}
        {applicationIds.length > 0 && (
          <span className="text-muted">
            {' '}
            of {applicationIds.length} {applicationIds.length === 1 ? 'app' : 'apps'}
          </span>
        )}
      </span>
    ),
  },
  { id: 'state', header: 'State', width: '120px', cell: (row) => <WebhookStatus webhook={row} /> },
  {
    id: 'delivered',
    header: 'Last delivered',
    width: '140px',
    hideBelow: 'lg',
    cell: (row) => <RelativeTime at={row.lastDeliveredAt} />,
  },
  {
    id: 'waiting',
    header: 'Waiting',
    numeric: true,
    width: '90px',
    hideBelow: 'sm',
    cell: (row) => number(row.waiting),
  },
  { id: 'failed', header: 'Failed', numeric: true, width: '80px', cell: (row) => number(row.failed, true) },
];

export function WebhooksTable({ rows, writable }: { rows: readonly WebhookDetail[]; writable: boolean }) {
  return (
    <DataTable
      label="Webhooks"
      columns={columns}
      page={{ items: rows, total: rows.length }}
      rowId={(row) => row.id}
      rowLabel={(row) => row.label}
      href={(row) => links.webhook(row.id)}
      noun={['webhook', 'webhooks']}
      empty={
        <EmptyState
          icon={Webhook}
          title="No webhooks yet"
          action={
            writable && (
              <LinkButton href={links.newWebhook()} variant="primary">
                New webhook
              </LinkButton>
            )
          }
        >
          A webhook sends events to an address of yours by HTTPS, up to a hundred in a message, each message signed.
          What a receiver misses is sent again for about two days. <Code>docs/webhooks.md</Code> has the code of a
          receiver.
        </EmptyState>
      }
    />
  );
}
