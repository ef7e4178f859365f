'use client';

import { RelativeTime } from '@/components/patterns/relative-time';
import { Badge } from '@/components/ui/badge';
import { TextLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { Table, TableBody, TableHead, TableRow, Td, Th } from '@/components/ui/table';
import { links } from '@/lib/core/links';
import type { GroupLinkRow } from '@/lib/provisioning/queries/group-links';
import { LinkStateWord } from '../../assignments/_components/link-state';

/** User groups as they stand in the application. */
export function GroupLinks({ applicationId, rows }: { applicationId: string; rows: readonly GroupLinkRow[] }) {
  if (rows.length === 0) {
    return (
      <div className="rounded-lg border border-line bg-surface">
        <EmptyState title="No groups yet">
          Associated groups with at least one member over there appear here.
        </EmptyState>
      </div>
    );
  }
  return (
    <Table label="Groups in the application" className="min-w-[640px]">
      <TableHead>
        <TableRow>
          <Th>Group</Th>
          <Th>State</Th>
          <Th numeric>Members</Th>
          <Th numeric>Not managed</Th>
          <Th>Last change</Th>
          <Th>
            <span className="sr-only">Provision</span>
          </Th>
        </TableRow>
      </TableHead>
      <TableBody>
        {rows.map((row) => (
          <TableRow key={row.linkId}>
            <Td>
              <span className="flex items-center gap-2">
                <TextLink href={links.group(row.groupId)}>{row.name}</TextLink>
                {row.takenOver && <Badge icon={false}>Taken over</Badge>}
              </span>
            </Td>
            <Td>
              <LinkStateWord state={row.state} />
              {row.lastError && <p className="max-w-prose text-muted text-xs">{row.lastError.message}</p>}
            </Td>
            <Td numeric>{row.members.toLocaleString('en')}</Td>
            <Td numeric>{row.foreignMembers.toLocaleString('en')}</Td>
            <Td>
              <RelativeTime at={row.lastChangeAt} />
            </Td>
            <Td className="text-right">
              <TextLink
                href={links.application(applicationId).onDemand({ group: row.groupId })}
                aria-label={`Provision ${row.name} on demand`}
              >
                On demand
              </TextLink>
            </Td>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
