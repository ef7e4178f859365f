'use client';

import { Ban, Ellipsis, ScrollText } from 'lucide-react';
import type { ReactNode } from 'react';
import { type DataColumn, DataTable, type ListedRows } from '@/components/patterns/data-table';
import { RelativeTime } from '@/components/patterns/relative-time';
import { IconButton, TextLink } from '@/components/ui/button';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLink,
  DropdownMenuTrigger,
} from '@/components/ui/dropdown-menu';
import { Status } from '@/components/ui/status';
import { links } from '@/lib/core/links';
import type { TokenRow } from '@/lib/tokens/queries';
import { roleLabel } from './token-words';

const states = {
  active: { tone: 'ok', word: 'Active' },
  not_accepted: { tone: 'error', word: 'Not accepted' },
  expired: { tone: 'attention', word: 'Expired' },
  revoked: { tone: 'inactive', word: 'Revoked' },
} as const;

const columns = (onRevoke: (row: TokenRow) => void): DataColumn<TokenRow>[] => [
  {
    id: 'label',
    header: 'Name',
    sortable: true,
    title: (row) => row.label,
    cell: (row) => <span className="font-medium">{row.label}</span>,
  },
  {
    id: 'prefix',
    header: 'Begins with',
    width: '110px',
    mono: true,
    hideBelow: 'lg',
    title: (row) => (row.prefix ? '' : 'Chosen by who operates Latchkey'),
    cell: (row) => (row.prefix ? `${row.prefix}…` : <span className="font-sans text-muted text-sm">Not kept</span>),
  },
  { id: 'role', header: 'Role', width: '120px', hideBelow: 'md', cell: (row) => roleLabel(row.role) },
  {
    id: 'owner',
    header: 'Belongs to',
    width: '130px',
    hideBelow: 'lg',
    title: (row) => `Created by ${row.createdByTokenId ? `the token ${row.createdByName}` : row.createdByName}`,
    cell: (row) =>
      row.owner === 'installation' ? (
        <span className="text-muted">Installation</span>
      ) : (
        (row.ownerName ?? row.createdByName)
      ),
  },
  {
    id: 'created',
    header: 'Created',
    width: '125px',
    hideBelow: 'xl',
    sortable: true,
    cell: (row) => <RelativeTime at={row.createdAt} />,
  },
  {
    id: 'expires',
    header: 'Expires',
    width: '115px',
    hideBelow: 'lg',
    sortable: true,
    cell: (row) => <RelativeTime tense="either" at={row.expiresAt} />,
  },
  {
    id: 'used',
    header: 'Last used',
    width: '190px',
    hideBelow: 'md',
    sortable: true,
    title: (row) => (row.lastUsedAddress ? `From ${row.lastUsedAddress}` : ''),
    cell: (row) => (
      <>
        <RelativeTime at={row.lastUsedAt} />
        {row.lastUsedAddress && <span className="pl-2 font-mono text-muted text-xs">{row.lastUsedAddress}</span>}
      </>
    ),
  },
  {
    id: 'state',
    header: 'State',
    width: '180px',
    cell: (row) => (
      <span className="flex items-center justify-between gap-2">
        <Status tone={states[row.state].tone}>{states[row.state].word}</Status>
        <RowMenu row={row} onRevoke={() => onRevoke(row)} />
      </span>
    ),
  },
];

/** Why a token that is neither ended nor revoked is refused, and where to mend it. */
function NotAccepted({ row }: { row: TokenRow }) {
  return (
    <p>
      Not accepted: {row.reason}.{' '}
      {row.ownerName !== null && row.createdById !== null && (
        <TextLink href={links.user(row.createdById)}>Open {row.ownerName}</TextLink>
      )}
    </p>
  );
}

function RowMenu({ row, onRevoke }: { row: TokenRow; onRevoke: () => void }) {
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <IconButton label={`Actions for ${row.label}`} size="sm" className="text-muted">
          <Ellipsis aria-hidden />
        </IconButton>
      </DropdownMenuTrigger>
      <DropdownMenuContent>
        <DropdownMenuLink href={links.events({ q: row.label })}>
          <ScrollText aria-hidden />
          Show its events
        </DropdownMenuLink>
        {row.state !== 'revoked' && (
          <DropdownMenuItem danger onSelect={onRevoke}>
            <Ban aria-hidden />
            Revoke token…
          </DropdownMenuItem>
        )}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}

export function TokensTable({
  page,
  onRevoke,
  empty,
}: {
  page: ListedRows<TokenRow>;
  onRevoke: (row: TokenRow) => void;
  empty: ReactNode;
}) {
  return (
    <DataTable
      label="API tokens"
      columns={columns(onRevoke)}
      page={page}
      rowId={(row) => row.id}
      rowLabel={(row) => row.label}
      noun={['token', 'tokens']}
      expanded={(row) => (row.reason === null ? undefined : <NotAccepted row={row} />)}
      empty={empty}
    />
  );
}
