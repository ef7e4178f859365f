'use client';

import { RelativeTime } from '@/components/patterns/relative-time';
import { sessionName } from '@/components/patterns/session-name';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { Table, TableBody, TableHead, TableRow, Td, Th } from '@/components/ui/table';
import type { SessionRow } from '@/lib/directory/queries';
import { revokeAllSessionsAction, revokeSessionAction } from '../../actions';

/** Browsers in which the person is signed in; ending one signs it out with its next request. */
export function SessionsCard(props: { userId: string; sessions: readonly SessionRow[]; writable: boolean }) {
  const { userId, sessions, writable } = props;
  const revoke = useAction(revokeSessionAction, { success: 'Session ended' });
  const revokeAll = useAction(revokeAllSessionsAction, { success: 'All sessions ended' });
  return (
    <Card
      title="Sessions"
      description="Browsers in which this person is signed in to Latchkey."
      flush
      actions={
        writable &&
        sessions.length > 0 && (
          <Button size="sm" pending={revokeAll.pending} onClick={() => revokeAll.run({ userId })}>
            End all sessions
          </Button>
        )
      }
    >
      {sessions.length === 0 ? (
        <EmptyState className="py-8" title="Not signed in anywhere" />
      ) : (
        <Table label="Sessions" flush>
          <TableHead>
            <TableRow>
              <Th>Browser</Th>
              <Th>Address</Th>
              <Th>Last seen</Th>
              <Th>
                <span className="sr-only">Action</span>
              </Th>
            </TableRow>
          </TableHead>
          <TableBody>
            {sessions.map((session) => (
              <TableRow key={session.id}>
                <Td>{sessionName(session.userAgent)}</Td>
                <Td mono>{session.clientAddress ?? 'unknown'}</Td>
                <Td>
                  <RelativeTime at={session.lastSeenAt} />
                </Td>
                <Td className="text-right">
                  {writable && (
                    <Button
                      size="sm"
                      disabled={revoke.pending}
                      onClick={() => revoke.run({ sessionId: session.id, userId })}
                    >
                      End session
                    </Button>
                  )}
                </Td>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
    </Card>
  );
}
