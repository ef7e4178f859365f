import { RelativeTime } from '@/components/patterns/relative-time';
import { Table, TableBody, TableHead, TableRow, Td, Th } from '@/components/ui/table';

interface Refusal {
  id: string;
  at: Date;
  method: string;
  path: string;
  status: number;
  scimType: string | null;
  detail: string;
  about: string | null;
}

/** What was refused and why, newest first. */
export function Refusals({ rows }: { rows: readonly Refusal[] }) {
  if (rows.length === 0) return <p className="text-muted">Nothing was refused yet.</p>;
  return (
    <Table label="Refused requests" className="min-w-[560px]">
      <TableHead>
        <TableRow>
          <Th className="w-32">When</Th>
          <Th className="w-56">Request</Th>
          <Th>Why</Th>
        </TableRow>
      </TableHead>
      <TableBody>
        {rows.map((row) => (
          <TableRow key={row.id}>
            <Td className="align-top">
              <RelativeTime at={row.at} />
            </Td>
            <Td className="align-top">
              <span className="font-mono text-xs">
                {row.method} {row.path.replace(/^\/scim\/v2/, '')}
              </span>
              {row.about && <span className="block break-all text-muted text-xs">{row.about}</span>}
            </Td>
            <Td className="align-top">
              <span className="font-medium">
                {row.status}
                {row.scimType && ` ${row.scimType}`}
              </span>
              <span className="block break-words text-muted">{row.detail}</span>
            </Td>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
