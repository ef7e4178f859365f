'use client';

import { Send } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { type DataColumn, DataTable, type ListedRows } from '@/components/patterns/data-table';
import { RelativeTime } from '@/components/patterns/relative-time';
import { EmptyState } from '@/components/ui/empty-state';
import { links } from '@/lib/core/links';
import type { DeliveryRow } from '@/lib/webhooks/queries';
import { DeliveryStatus, lastAnswer } from './delivery-status';
import { Resend } from './resend';

const none = <span className="text-muted">–</span>;

const columns: DataColumn<DeliveryRow>[] = [
  { id: 'created', header: 'Made', width: '136px', cell: (row) => <RelativeTime at={row.createdAt} /> },
  { id: 'state', header: 'State', width: '128px', cell: (row) => <DeliveryStatus delivery={row} /> },
  { id: 'events', header: 'Events', numeric: true, width: '80px', hideBelow: 'sm', cell: (row) => row.events },
  { id: 'attempts', header: 'Attempts', numeric: true, width: '90px', hideBelow: 'md', cell: (row) => row.attempts },
  {
    id: 'answer',
    header: 'Last answer',
    hideBelow: 'md',
    title: lastAnswer,
    cell: (row) => lastAnswer(row) ?? none,
  },
  {
    id: 'next',
    header: 'Next attempt',
    width: '140px',
    hideBelow: 'lg',
    cell: (row) =>
      row.state === 'waiting' ? <RelativeTime tense="future" at={row.nextAttemptAt} fallback="When enabled" /> : none,
  },
];
const action: DataColumn<DeliveryRow> = {
  id: 'action',
  header: <span className="sr-only">Action</span>,
  width: '112px',
  // What was delivered can be sent again, too, on its own page: a button in every row would only be in the way.
  cell: (row) => row.state !== 'delivered' && <Resend delivery={row} />,
};
const withAction = [...columns, action];

export function DeliveriesTable(props: { page: ListedRows<DeliveryRow>; writable: boolean }) {
  useRefreshWhileDue(props.page.items);
  return (
    <DataTable
      label="Deliveries"
      columns={props.writable ? withAction : columns}
      page={props.page}
      rowId={(row) => row.id}
      rowLabel={(row) => `Delivery ${row.id}`}
      href={(row) => links.delivery(row.webhookId, row.id)}
      noun={['delivery', 'deliveries']}
      empty={
        <EmptyState icon={Send} title="Nothing was sent yet">
          The next event that the webhook wants is listed here, a second or two after it happened.
        </EmptyState>
      }
    />
  );
}

const refreshMs = 2_000;
/** Overdue by more than this, nobody is about to send it. */
const longDueMs = 60_000;

/** While an attempt is about to be made, the page shows how it went without being asked. */
function useRefreshWhileDue(rows: readonly DeliveryRow[]): void {
  const router = useRouter();
  useEffect(() => {
    const timer = setInterval(() => {
      const at = Date.now();
      const isDue = rows.some(({ state, nextAttemptAt }) => {
        const wait = nextAttemptAt ? new Date(nextAttemptAt).getTime() - at : Number.POSITIVE_INFINITY;
        return state === 'waiting' && wait < refreshMs && wait > -longDueMs;
      });
      if (isDue && !document.hidden) router.refresh();
    }, refreshMs);
    return () => clearInterval(timer);
  }, [rows, router]);
}
