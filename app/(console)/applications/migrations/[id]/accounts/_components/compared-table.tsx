'use client';

import { useMemo } from 'react';
import { type DataColumn, DataTable, type ListedRows } from '@/components/patterns/data-table';
import { EmptyState } from '@/components/ui/empty-state';
import { Status } from '@/components/ui/status';
import { links } from '@/lib/core/links';
import type { ComparedAccount } from '@/lib/moves/compared-accounts';
import type { ComparedAs } from '@/lib/moves/schema';

const states: Readonly<Record<ComparedAs, { tone: 'ok' | 'attention' | 'inactive'; label: string }>> = {
  there: { tone: 'ok', label: 'Is there' },
  undecided: { tone: 'attention', label: 'To be decided' },
  missing: { tone: 'inactive', label: 'No account' },
};

/** People with their accounts in both instances. */
export function ComparedTable(props: { page: ListedRows<ComparedAccount>; oldLabel: string; newLabel: string }) {
  const { page, oldLabel, newLabel } = props;
  const columns = useMemo(() => columnsFor(oldLabel, newLabel), [oldLabel, newLabel]);
  return (
    <DataTable
      label="Compared accounts"
      columns={columns}
      page={page}
      rowId={(row) => row.userId}
      href={(row) => links.user(row.userId)}
      rowLabel={(row) => row.displayName}
      noun={['person', 'people']}
      selectable={false}
      empty={<EmptyState title={`Nobody has an account by ${oldLabel}`} />}
    />
  );
}

const columnsFor = (oldLabel: string, newLabel: string): DataColumn<ComparedAccount>[] => [
  {
    id: 'person',
    header: 'Person',
    cell: (row) => (
      <span className="grid min-w-0">
        <span className="truncate">{row.displayName}</span>
        <span className="truncate text-muted text-xs">{row.username}</span>
      </span>
    ),
  },
  {
    id: 'as',
    header: 'In the new instance',
    cell: ({ comparedAs }) => <Status tone={states[comparedAs].tone}>{states[comparedAs].label}</Status>,
  },
  {
    id: 'old',
    header: `Account by ${oldLabel}`,
    hideBelow: 'md',
    cell: ({ oldAccount }) => <Account name={oldAccount} />,
  },
  {
    id: 'new',
    header: `Account in ${newLabel}`,
    hideBelow: 'sm',
    cell: ({ newAccount }) => <Account name={newAccount} />,
  },
];

const Account = ({ name }: { name: string | null }) =>
  name === null ? <span className="text-muted">—</span> : <span className="truncate font-mono text-xs">{name}</span>;
