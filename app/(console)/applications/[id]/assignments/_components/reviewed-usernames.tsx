import { Download } from 'lucide-react';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Table, TableBody, TableHead, TableRow, Td, Th } from '@/components/ui/table';
import type { ReviewedRow } from '@/lib/provisioning/review-usernames';
import { problemFile } from './username-file';

/** Rows that are shown; problems come first, and all of them are in the file. */
const shownAtMost = 200;

/** A file of usernames, row by row: what changes, what becomes of the accounts, and what cannot be saved. */
export function ReviewedUsernames({
  rows,
  lines,
  saved,
}: {
  rows: readonly ReviewedRow[];
  lines: readonly number[];
  saved: number;
}) {
  const numbered = rows.map((row, index) => ({ ...row, line: lines[index] ?? index + 2 }));
  const problems = numbered.filter((row) => row.problem);
  const changes = numbered.filter((row) => !row.problem && !row.unchanged);
  const shown = [...problems, ...changes].slice(0, shownAtMost);
  const same = rows.length - problems.length - changes.length;
  const download = () => {
    const address = URL.createObjectURL(problemFile(rows));
    Object.assign(document.createElement('a'), { href: address, download: 'usernames-with-problems.csv' }).click();
    URL.revokeObjectURL(address);
  };
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p role="status">
          {saved.toLocaleString('en')} of {rows.length.toLocaleString('en')} to be saved
          {same > 0 && ` · ${same.toLocaleString('en')} unchanged`}
          {problems.length > 0 && ` · ${problems.length.toLocaleString('en')} with a problem, left as they are`}
        </p>
        {problems.length > 0 && (
          <Button size="sm" onClick={download}>
            <Download aria-hidden className="text-muted" /> Download the rows with problems
          </Button>
        )}
      </div>
      {shown.length > 0 && (
        <Table label="Reviewed usernames" className="min-w-[720px] table-fixed">
          <TableHead>
            <TableRow>
              <Th className="w-14">Line</Th>
              <Th className="w-[26%]">Person</Th>
              <Th className="w-[20%]">Now</Th>
              <Th className="w-[20%]">Then</Th>
              <Th>What happens</Th>
            </TableRow>
          </TableHead>
          <TableBody>
            {shown.map((row) => (
              <TableRow key={row.line}>
                <Td className="py-2.5 align-top text-muted">{row.line}</Td>
                <Td className="break-words py-2.5 align-top">
                  {row.user?.displayName ?? row.person}
                  {row.user && <div className="break-all text-muted text-xs">{row.user.email}</div>}
                </Td>
                <Td className="break-all py-2.5 align-top font-mono text-muted text-xs leading-5">{row.before}</Td>
                <Td className="break-all py-2.5 align-top font-mono text-xs leading-5">
                  {row.after}
                  {row.user && row.applicationUsername === null && (
                    <div className="font-sans text-muted">By the format</div>
                  )}
                </Td>
                <Td className="break-words py-2.5 align-top">
                  {row.problem ? (
                    <span className="grid justify-items-start gap-1">
                      <Badge tone="error">Not saved</Badge>
                      <span>{row.problem.message}</span>
                      <span className="text-muted text-xs">{row.problem.hint}</span>
                    </span>
                  ) : (
                    (row.overThere ?? <span className="text-muted">No account changes</span>)
                  )}
                </Td>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
      {problems.length + changes.length > shownAtMost && (
        <p className="text-muted text-xs">
          The first {shownAtMost} of {(problems.length + changes.length).toLocaleString('en')} are shown.
        </p>
      )}
    </>
  );
}
