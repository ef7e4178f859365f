import { RelativeTime } from '@/components/patterns/relative-time';
import { TextLink } from '@/components/ui/button';
import { Status, type Tone } from '@/components/ui/status';
import { Table, TableBody, TableHead, TableRow, Td, Th } from '@/components/ui/table';
import { links } from '@/lib/core/links';
import type { ImportSummary } from '@/lib/imports/queries';

/** Earlier imports, each with its permalink. */
export function PastImports({ applicationId, imports }: { applicationId: string; imports: readonly ImportSummary[] }) {
  if (imports.length === 0) return null;
  return (
    <section className="grid gap-2">
      <h2 className="font-medium">Earlier imports</h2>
      <Table label="Earlier imports">
        <TableHead>
          <TableRow>
            <Th>Started</Th>
            <Th>By</Th>
            <Th>Result</Th>
            <Th numeric>Accounts read</Th>
            <Th numeric>Groups read</Th>
            <Th numeric>Imported</Th>
            <Th numeric>Failed</Th>
          </TableRow>
        </TableHead>
        <TableBody>
          {imports.map((one) => (
            <TableRow key={one.id}>
              <Td>
                <TextLink href={links.application(applicationId).import(one.id)}>
                  <RelativeTime at={one.startedAt} />
                </TextLink>
              </Td>
              <Td>{one.startedByName}</Td>
              <Td>
                <Result {...one} />
              </Td>
              <Td numeric>{one.fetched.toLocaleString('en')}</Td>
              <Td numeric>{one.groupsFetched.toLocaleString('en')}</Td>
              <Td numeric>{one.done.toLocaleString('en')}</Td>
              <Td numeric>{one.failed.toLocaleString('en')}</Td>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </section>
  );
}

function Result({ state, confirmedAt, failed }: ImportSummary) {
  const [tone, word]: [Tone, string] =
    state === 'failed'
      ? ['error', 'Could not be read']
      : !confirmedAt
        ? ['inactive', 'Discarded']
        : failed > 0
          ? ['attention', 'Partial']
          : ['ok', 'Complete'];
  return <Status tone={tone}>{word}</Status>;
}
