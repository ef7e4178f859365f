import type { ReactNode } from 'react';
import { Badge } from '@/components/ui/badge';
import { cn } from '@/components/ui/cn';
import { Table, TableBody, TableHead, TableRow, Td, Th } from '@/components/ui/table';

export interface DiffRow {
  /** What changes: an attribute, a setting. */
  name: ReactNode;
  /** undefined: was not there. */
  before: ReactNode | undefined;
  /** undefined: is taken away. */
  after: ReactNode | undefined;
  changed: boolean;
  note?: ReactNode;
}

/** Before and after, side by side; changes carry a word, not only a color. */
export function DiffTable({
  label,
  rows,
  nameHeader = 'Attribute',
  beforeHeader = 'Before',
  afterHeader = 'After',
  mono = true,
}: {
  label: string;
  rows: readonly DiffRow[];
  nameHeader?: string;
  beforeHeader?: string;
  afterHeader?: string;
  mono?: boolean;
}) {
  const valueStyle = cn('break-words', mono && 'break-all font-mono text-xs leading-5');
  return (
    <Table label={label} className="min-w-[560px] table-fixed">
      <TableHead>
        <TableRow>
          <Th className="w-[34%]">{nameHeader}</Th>
          <Th>{beforeHeader}</Th>
          <Th>{afterHeader}</Th>
          <Th className="w-24">
            <span className="sr-only">Change</span>
          </Th>
        </TableRow>
      </TableHead>
      <TableBody>
        {rows.map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: names may be nodes and the rows do not move.
          <TableRow key={index} className={row.changed ? '' : 'text-muted'}>
            <Td className="break-words py-2.5 align-top">
              {row.name}
              {row.note && <div className="text-muted text-xs">{row.note}</div>}
            </Td>
            <Td
              className={cn(
                valueStyle,
                'py-2.5 align-top',
                row.changed && 'text-muted line-through decoration-line-strong',
              )}
            >
              {row.before ?? <None />}
            </Td>
            <Td className={cn(valueStyle, 'py-2.5 align-top', row.changed && 'font-medium')}>
              {row.after ?? <None />}
            </Td>
            <Td className="py-2.5 text-right align-top">{row.changed && <ChangeBadge row={row} />}</Td>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

function None() {
  return <span className="inline-block font-normal font-sans text-muted no-underline">none</span>;
}

function ChangeBadge({ row }: { row: DiffRow }) {
  if (row.before === undefined)
    return (
      <Badge tone="ok" icon={false}>
        Added
      </Badge>
    );
  if (row.after === undefined)
    return (
      <Badge tone="error" icon={false}>
        Removed
      </Badge>
    );
  return (
    <Badge tone="attention" icon={false}>
      Changed
    </Badge>
  );
}
