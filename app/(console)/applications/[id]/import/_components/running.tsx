'use client';

import { ProgressBar } from '@/components/patterns/progress-bar';
import { Card } from '@/components/ui/card';
import { Status } from '@/components/ui/status';
import { Table, TableBody, TableHead, TableRow, Td, Th } from '@/components/ui/table';
import { backgroundFrom } from '@/lib/imports/schema';
import { useProgress } from './use-progress';

/** Step 3, under way: a bar, and the results as they come. @param props `retried`: it was complete, and so many that failed are tried once more */
export function Running(props: { importId: string; selected: number; retried: number | undefined }) {
  const { importId, selected, retried } = props;
  const progress = useProgress(importId, 'running');
  const again = retried !== undefined;
  const total = retried ?? progress?.selected ?? selected;
  const done = progress ? Math.max(0, total - progress.counts.queued) : 0;
  const failed = progress?.counts.failed ?? 0;
  return (
    <div className="grid gap-4">
      <Card>
        <ProgressBar
          label={again ? 'Trying again what has failed' : 'Importing'}
          done={done}
          total={total}
          note={
            again
              ? 'What was imported before stays as it is. The import is complete again once all of these were tried.'
              : selected >= backgroundFrom
                ? 'This runs in the background: leave if you like. Whoever confirmed it gets a mail when it is complete.'
                : failed > 0
                  ? `${failed} failed so far; each says why below.`
                  : 'A row that fails does not stop the others.'
          }
        />
      </Card>
      {progress && progress.rows.length > 0 && (
        <Table label="Latest results">
          <TableHead>
            <TableRow>
              <Th>Account</Th>
              <Th>Result</Th>
              <Th className="max-sm:hidden">Reason</Th>
            </TableRow>
          </TableHead>
          <TableBody>
            {progress.rows.map((row) => (
              <TableRow key={row.remoteId}>
                <Td>{row.displayName || row.userName}</Td>
                <Td>
                  {row.state === 'failed' ? (
                    <Status tone="error">Failed</Status>
                  ) : (
                    <Status tone="ok">{row.decision === 'create' ? 'Created' : 'Linked'}</Status>
                  )}
                </Td>
                <Td className="max-sm:hidden">{row.error?.message}</Td>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
    </div>
  );
}
