import { RelativeTime } from '@/components/patterns/relative-time';
import { AppTile } from '@/components/ui/app-tile';
import { TextLink } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { Pagination } from '@/components/ui/pagination';
import { Status } from '@/components/ui/status';
import { Table, TableBody, TableHead, TableRow, Td, Th } from '@/components/ui/table';
import type { SharedName } from '@/lib/applications/shared-names';
import { links } from '@/lib/core/links';
import {
  listOtherApplications,
  listPersonAccounts,
  type PersonAccount,
} from '@/lib/provisioning/queries/person-accounts';
import { linkStateWords } from '@/lib/provisioning/schema';
import { AskAboutApplication } from './ask-about-application';

/** Where the person has accounts, why, in which state, and what the next cycle would do. */
export async function UserApplications({ userId, cursor }: { userId: string; cursor: string | undefined }) {
  const [page, others] = await Promise.all([listPersonAccounts(userId, cursor), listOtherApplications(userId)]);
  const { items: accounts } = page;
  return (
    <Card
      title="Applications"
      description="Where this person has accounts, and why."
      actions={others.length > 0 && <AskAboutApplication userId={userId} applications={others} />}
      flush
    >
      {accounts.length === 0 ? (
        <EmptyState className="py-8" title="No access to any application">
          People have no access unless a user group of theirs is associated with an application, or they are assigned
          directly.
        </EmptyState>
      ) : (
        <Table label="Applications of this person" flush>
          <TableHead>
            <TableRow>
              <Th>Application</Th>
              <Th>Why</Th>
              <Th>Account</Th>
              <Th>Last change</Th>
              <Th>Next</Th>
            </TableRow>
          </TableHead>
          <TableBody>
            {accounts.map((account) => (
              <AccountRow key={account.applicationId} userId={userId} account={account} />
            ))}
          </TableBody>
        </Table>
      )}
      {(page.nextCursor || cursor) && (
        <div className="flex flex-wrap items-center justify-between gap-2 border-line border-t px-4 py-2">
          <p role="status" className="text-muted text-xs tabular-nums">
            {accounts.length} of {page.total.toLocaleString('en')} applications
          </p>
          <Pagination nextCursor={page.nextCursor} />
        </div>
      )}
    </Card>
  );
}

function AccountRow({ userId, account }: { userId: string; account: PersonAccount }) {
  const words = account.state && linkStateWords[account.state];
  return (
    <TableRow>
      <Td>
        <span className="flex items-center gap-2.5">
          <AppTile name={account.displayLabel} color={account.logoColor} image={account.logoImage} size="sm" />
          <TextLink href={links.application(account.applicationId).overview()}>{account.displayLabel}</TextLink>
        </span>
      </Td>
      <Td>
        <Grants account={account} />
      </Td>
      <Td>
        {words ? (
          <Status tone={words.tone} title={words.help}>
            {words.label}
          </Status>
        ) : (
          <span className="text-muted">
            {account.idmStatus === 'not_configured' ? 'Single sign-on only' : 'No account yet'}
          </span>
        )}
        <TextLink href={links.application(account.applicationId).assignment(userId)} className="block w-fit text-xs">
          {account.state === 'provisioned' ? 'Details' : 'Why?'}
          <span className="sr-only"> {account.displayLabel}</span>
        </TextLink>
        {account.shared && <SharedUsername shared={account.shared} />}
        {account.drift && !account.lastError && (
          <p className="max-w-72 text-attention text-xs">{account.drift.message}</p>
        )}
        {account.lastError && !account.shared && (
          <p className="max-w-72 text-error text-xs">
            {account.lastError.message} {account.lastError.hint}
          </p>
        )}
      </Td>
      <Td>
        <RelativeTime at={account.lastChangeAt} />
      </Td>
      <Td>
        <span className="block max-w-72">{account.next?.words ?? <span className="text-muted">Nothing</span>}</span>
        {account.next?.hint && <p className="max-w-72 text-muted text-xs">{account.next.hint}</p>}
      </Td>
    </TableRow>
  );
}

/** Who else has the application username: nobody of them can sign in there. */
function SharedUsername({ shared: { application, applicationUsername, others } }: { shared: SharedName }) {
  return (
    <p className="max-w-72 text-error text-xs">
      “{applicationUsername}” is the application username of{' '}
      {others.map((other, index) => (
        <span key={other.userId}>
          {index > 0 && ', '}
          {other.byAccount && 'an account of '}
          <TextLink href={links.user(other.userId)}>{other.displayName}</TextLink>
        </span>
      ))}{' '}
      too: no sign-in, and no change to the account.{' '}
      <TextLink href={links.application(application.id).assignments({ names: 'shared' })}>Review usernames</TextLink>
    </p>
  );
}

/** The group that grants it, with the way there; or the direct assignment; or that nothing does any more. */
function Grants({ account }: { account: PersonAccount }) {
  if (account.grants.length === 0 && !account.direct) return <span className="text-muted">No longer granted</span>;
  return (
    <ul className="grid gap-0.5">
      {account.direct && <li>Assigned directly</li>}
      {account.grants.map((grant) => (
        <li key={grant.groupId}>
          <TextLink href={links.group(grant.groupId)}>{grant.path.at(-1)}</TextLink>
          {grant.path.length > 1 && <span className="text-muted text-xs"> {grant.path.join(' › ')}</span>}
        </li>
      ))}
    </ul>
  );
}
