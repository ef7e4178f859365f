import { Badge } from '@/components/ui/badge';
import { TextLink } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { Table, TableBody, TableHead, TableRow, Td, Th } from '@/components/ui/table';
import { links } from '@/lib/core/links';
import type { Membership } from '@/lib/directory/membership';

/** Every group the person is in, with the way that leads there. */
export function MembershipsCard({ memberships }: { memberships: readonly Membership[] }) {
  return (
    <Card title="User groups" description="Direct, and through nested groups." flush>
      {memberships.length === 0 ? (
        <EmptyState className="py-8" title="In no user group">
          People are added on the group’s page.
        </EmptyState>
      ) : (
        <Table label="User groups of this person" flush>
          <TableHead>
            <TableRow>
              <Th>Group</Th>
              <Th>Why</Th>
            </TableRow>
          </TableHead>
          <TableBody>
            {memberships.map((membership) => (
              <TableRow key={membership.groupId}>
                <Td>
                  <span className="flex items-center gap-2">
                    <TextLink href={links.group(membership.groupId)}>{membership.name}</TextLink>
                    {membership.importedFromId && <Badge>Of an application</Badge>}
                  </span>
                </Td>
                <Td>{membership.direct ? 'Direct member' : <Path names={membership.path} />}</Td>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
    </Card>
  );
}

/** "Platform › Engineering › All Staff": member of the first, nested in the next. */
function Path({ names }: { names: readonly string[] }) {
  return (
    <span className="text-muted">
      <span className="sr-only">through </span>
      {names.join(' › ')}
    </span>
  );
}
