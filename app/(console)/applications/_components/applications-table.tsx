'use client';

import { Plus } from 'lucide-react';
import { useState } from 'react';
import { type BulkSelection, type DataColumn, DataTable, type ListedRows } from '@/components/patterns/data-table';
import { RelativeTime } from '@/components/patterns/relative-time';
import { AppTile } from '@/components/ui/app-tile';
import { Button, LinkButton } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { Status } from '@/components/ui/status';
import type { ApplicationRow } from '@/lib/applications/queries';
import { links } from '@/lib/core/links';
import { CertificateWord, IdmStatusWord, SsoStatusWord } from './application-status';
import { DeleteApplications } from './delete-applications';

function columns(now: Date): DataColumn<ApplicationRow>[] {
  return [
    {
      id: 'displayLabel',
      header: 'Application',
      sortable: true,
      title: (row) => row.displayLabel,
      cell: (row) => (
        <span className="flex min-w-0 items-center gap-2.5">
          <AppTile name={row.displayLabel} color={row.logoColor} image={row.logoImage} size="sm" />
          <span className="truncate font-medium">{row.displayLabel}</span>
        </span>
      ),
    },
    {
      id: 'ssoStatus',
      header: 'SSO',
      sortable: true,
      width: '180px',
      cell: (row) => (
        <SsoStatusWord status={row.ssoStatus} {...(row.kind === 'bookmark' ? { label: 'Bookmark' } : {})} />
      ),
    },
    {
      id: 'idmStatus',
      header: 'Identity Management',
      sortable: true,
      width: '160px',
      hideBelow: 'sm',
      cell: (row) => (row.kind === 'bookmark' ? <Dash /> : <IdmStatusWord status={row.idmStatus} />),
    },
    {
      id: 'certificate',
      header: 'Certificate',
      sortable: true,
      width: '170px',
      hideBelow: 'lg',
      cell: (row) => (row.certificateUntil ? <CertificateWord until={row.certificateUntil} now={now} /> : <Dash />),
    },
    {
      id: 'lastCycle',
      header: 'Last cycle',
      sortable: true,
      width: '130px',
      hideBelow: 'lg',
      cell: (row) => <RelativeTime at={row.lastCycleAt} now={now} />,
    },
    {
      id: 'openErrors',
      header: 'Open errors',
      sortable: true,
      numeric: true,
      width: '110px',
      hideBelow: 'md',
      cell: (row) =>
        row.openErrors === 0 ? (
          <span className="text-muted">0</span>
        ) : (
          <Status tone="error">{row.openErrors.toLocaleString('en')}</Status>
        ),
    },
  ];
}

function Dash() {
  return (
    <span className="text-muted">
      <span aria-hidden>–</span>
      <span className="sr-only">Not applicable</span>
    </span>
  );
}

/** Configured Applications. */
export function ApplicationsTable({
  page,
  now,
  mayWrite,
}: {
  page: ListedRows<ApplicationRow>;
  now: Date;
  mayWrite: boolean;
}) {
  const [deleting, setDeleting] = useState<BulkSelection>();
  return (
    <>
      <DataTable
        label="Configured Applications"
        columns={columns(now)}
        page={page}
        rowId={(row) => row.id}
        rowLabel={(row) => row.displayLabel}
        href={(row) => links.application(row.id).general()}
        noun={['application', 'applications']}
        selectable={mayWrite}
        bulkActions={(selection) => (
          <Button variant="danger-quiet" size="sm" onClick={() => setDeleting(selection)}>
            Delete
          </Button>
        )}
        empty={
          <EmptyState
            title="No applications yet"
            action={
              mayWrite && (
                <LinkButton href={links.newApplication()} variant="primary">
                  <Plus aria-hidden /> Add New Application
                </LinkButton>
              )
            }
          >
            Connect an application to give people single sign-on to it and to manage their accounts in it.
          </EmptyState>
        }
      />
      {deleting && (
        <DeleteApplications
          ids={deleting.ids}
          labels={page.items.filter((row) => deleting.ids.includes(row.id)).map((row) => row.displayLabel)}
          onClose={() => setDeleting(undefined)}
          onDeleted={() => {
            deleting.clear();
            setDeleting(undefined);
          }}
        />
      )}
    </>
  );
}
