import { Table, TableBody, TableHead, TableRow, Td, Th } from '@/components/ui/table';
import { problemStatus, problemTitles } from '@/lib/api/problem';
import { errorCodes } from '@/lib/core/errors';

/** Every code that a refusal can carry; `type` of a problem leads to its row. */
export function ProblemTable() {
  return (
    <Table label="Codes of refusals">
      <TableHead>
        <TableRow>
          <Th>Code</Th>
          <Th>Status</Th>
          <Th>What it means</Th>
        </TableRow>
      </TableHead>
      <TableBody>
        {errorCodes.map((code) => (
          <TableRow key={code} id={code} className="group/row scroll-mt-20 target:bg-accent-soft">
            <Td mono>{code}</Td>
            <Td className="tabular-nums">{problemStatus(code)}</Td>
            <Td>{problemTitles[code]}</Td>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
