'use client';

import { Mail } from 'lucide-react';
import { type DataColumn, DataTable, type ListedRows } from '@/components/patterns/data-table';
import { RelativeTime } from '@/components/patterns/relative-time';
import { EmptyState } from '@/components/ui/empty-state';
import { links } from '@/lib/core/links';
import type { MailRow } from '@/lib/mail/read-outbox';
import { MailStatus } from './mail-status';

const columns: DataColumn<MailRow>[] = [
  { id: 'subject', header: 'Subject', title: (row) => row.subject, cell: (row) => row.subject },
  { id: 'to', header: 'To', title: (row) => row.to, cell: (row) => row.to },
  {
    id: 'created',
    header: 'Written',
    width: '150px',
    hideBelow: 'md',
    cell: (row) => <RelativeTime at={row.createdAt} />,
  },
  { id: 'state', header: 'State', width: '120px', cell: (row) => <MailStatus {...row} /> },
];

export function MailsTable(props: { page: ListedRows<MailRow> }) {
  return (
    <DataTable
      label="Mails"
      columns={columns}
      page={props.page}
      rowId={(row) => row.id}
      rowLabel={(row) => row.subject}
      href={(row) => links.mail(row.id)}
      noun={['mail', 'mails']}
      empty={
        <EmptyState icon={Mail} title="No mail yet">
          Activation links and notices appear here when they are written.
        </EmptyState>
      }
    />
  );
}
