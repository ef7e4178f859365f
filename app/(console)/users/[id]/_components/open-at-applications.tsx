import { RelativeTime } from '@/components/patterns/relative-time';
import { TextLink } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { Status } from '@/components/ui/status';
import { Table, TableBody, TableHead, TableRow, Td, Th } from '@/components/ui/table';
import { links } from '@/lib/core/links';
import type { OpenAtApplication } from '@/lib/sso/logout/queries';

/** Applications that hold a session of somebody whose session here is over: which, until when, and what is yet to come of it. */
export function OpenAtApplications({ sessions }: { sessions: readonly OpenAtApplication[] }) {
  return (
    <Card
      title="Still open at applications"
      description="The sessions here are over. An application is told through the browser alone: these have not been, or did not end theirs."
      flush
    >
      <Table label="Sessions that are still open at applications" flush>
        <TableHead>
          <TableRow>
            <Th>Application</Th>
            <Th>Since</Th>
            <Th>Single logout</Th>
            <Th>Ends by itself</Th>
          </TableRow>
        </TableHead>
        <TableBody>
          {sessions.map((session) => (
            <TableRow key={session.sessionId}>
              <Td>
                <TextLink href={links.application(session.id).tab('sso')}>{session.displayLabel}</TextLink>
              </Td>
              <Td>
                <RelativeTime at={session.since} />
              </Td>
              <Td>
                <Logout {...session} />
              </Td>
              <Td>{session.endsAt ? <RelativeTime at={session.endsAt} tense="future" /> : 'unknown'}</Td>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Card>
  );
}

function Logout({ isTold, askedAt, refusal }: OpenAtApplication) {
  if (askedAt) return <Status tone="error">{refusal ?? 'Asked, and gave no answer'}</Status>;
  if (!isTold) return <Status tone="inactive">Takes no part</Status>;
  return <Status tone="attention">{refusal ?? 'At the next visit of that browser'}</Status>;
}
