'use client';

import { type DataColumn, DataTable } from '@/components/patterns/data-table';
import { RelativeTime } from '@/components/patterns/relative-time';
import { AppTile } from '@/components/ui/app-tile';
import { Status } from '@/components/ui/status';
import type { ApplicationRow } from '@/lib/applications/queries';
import { links } from '@/lib/core/links';
import type { RecentCycle } from '@/lib/provisioning/queries/recent-cycles';
import { IdmStatusWord, SsoStatusWord } from '../applications/_components/application-status';
import { CycleSparkline } from './cycle-sparkline';

export type HomeRow = ApplicationRow & { cycles: RecentCycle[] };

function columns(now: Date): DataColumn<HomeRow>[] {
  return [
    {
      id: 'displayLabel',
      header: 'Application',
      title: (row) => row.displayLabel,
      cell: (row) => (
        <span className="flex min-w-0 items-center gap-2.5">
          <AppTile name={row.displayLabel} color={row.logoColor} image={row.logoImage} size="sm" />
          <span className="truncate font-medium">{row.displayLabel}</span>
        </span>
      ),
    },
    {
      id: 'sso',
      header: 'SSO',
      width: '150px',
      hideBelow: 'md',
      cell: (row) => <SsoStatusWord status={row.ssoStatus} />,
    },
    {
      id: 'idm',
      header: 'Identity Management',
      width: '170px',
      cell: (row) =>
        row.kind === 'bookmark' ? <span className="text-muted">–</span> : <IdmStatusWord status={row.idmStatus} />,
    },
    {
      id: 'cycles',
      header: 'Last cycles',
      width: '150px',
      hideBelow: 'lg',
      cell: (row) => <CycleSparkline cycles={row.cycles} />,
    },
    {
      id: 'lastCycle',
      header: 'Last cycle',
      width: '140px',
      hideBelow: 'md',
      cell: (row) => <RelativeTime at={row.lastCycleAt} now={now} />,
    },
    {
      id: 'openErrors',
      header: 'Open errors',
      numeric: true,
      width: '110px',
      hideBelow: 'sm',
      cell: (row) =>
        row.openErrors === 0 ? (
          <span className="text-muted">0</span>
        ) : (
          <Status tone="error">{row.openErrors.toLocaleString('en')}</Status>
        ),
    },
  ];
}

/** The applications with how their last cycles went. */
export function HomeApplications({ rows, now }: { rows: readonly HomeRow[]; now: Date }) {
  return (
    <DataTable
      label="Applications"
      columns={columns(now)}
      page={{ items: rows }}
      rowId={(row) => row.id}
      rowLabel={(row) => row.displayLabel}
      href={(row) =>
        row.idmStatus === 'not_configured'
          ? links.application(row.id).general()
          : links.application(row.id).provisioning()
      }
      noun={['application', 'applications']}
      filtered={false}
      empty={null}
    />
  );
}
