import { RelativeTime } from '@/components/patterns/relative-time';
import { Status } from '@/components/ui/status';
import { Table, TableBody, TableHead, TableRow, Td, Th } from '@/components/ui/table';
import type { ImportRunView } from '@/lib/imports/runs';
import type { ImportRunKind } from '@/lib/imports/schema';

const kindWords: Readonly<Record<ImportRunKind, string>> = {
  settings: 'Without review, as the settings have it',
  confirmed: 'Confirmed',
  retry: 'Retry of what had failed',
  by_hand: 'Retry of single accounts',
};

const groupWords: Readonly<Record<ImportRunKind, string>> = { ...kindWords, retry: 'Retry of groups that had failed' };

/** What was run of an import, of its accounts or of its groups, each with who had it run and how it went. */
export function Runs({ runs }: { runs: readonly ImportRunView[] }) {
  if (runs.length === 0) return null;
  return (
    <section className="grid gap-2">
      <h2 className="font-medium">Runs</h2>
      <Table label="Runs of this import">
        <TableHead>
          <TableRow>
            <Th>Started</Th>
            <Th>Run</Th>
            <Th className="max-sm:hidden">By</Th>
            <Th numeric className="max-sm:hidden">
              {runs[0]?.ofGroups ? 'Groups' : 'Accounts'}
            </Th>
            <Th numeric>Imported</Th>
            <Th numeric>Failed</Th>
          </TableRow>
        </TableHead>
        <TableBody>
          {runs.map(({ id, kind, ofGroups, startedAt, startedByName, rows, done, failed }) => (
            <TableRow key={id}>
              <Td>
                <RelativeTime at={startedAt} />
              </Td>
              <Td>{(ofGroups ? groupWords : kindWords)[kind]}</Td>
              <Td className="max-sm:hidden">{startedByName}</Td>
              <Td numeric className="max-sm:hidden">
                {rows.toLocaleString('en')}
              </Td>
              {done === null || failed === null ? (
                <Td colSpan={2}>
                  <Status tone="progress">Under way</Status>
                </Td>
              ) : (
                <>
                  <Td numeric>{done.toLocaleString('en')}</Td>
                  <Td numeric>{failed.toLocaleString('en')}</Td>
                </>
              )}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </section>
  );
}
