import type { Metadata } from 'next';
import { z } from 'zod';
import { FoundList, ListPage, type ListSearch } from '@/components/patterns/list-page';
import { Callout } from '@/components/ui/callout';
import { requireSession } from '@/lib/auth/session';
import { mailStates } from '@/lib/core/states';
import { listMails } from '@/lib/mail/read-outbox';
import { unlessGivenUp } from '../../_components/unless-given-up';
import { MailsTable } from '../_components/mails-table';

export const metadata: Metadata = { title: 'Outbox' };

interface Props {
  searchParams: ListSearch;
}

const filterSchema = z.object({
  q: z.string().trim().max(200).optional().catch(undefined),
  state: z.enum(mailStates).optional().catch(undefined),
  cursor: z.string().max(2000).optional().catch(undefined),
});

/** Every mail that was written, so that no link is ever lost. For administrators: it holds activation links. */
export default async function OutboxPage({ searchParams }: Props) {
  await requireSession('outbox.read');
  const found = await unlessGivenUp(listMails(filterSchema.parse(await searchParams)));
  return (
    <ListPage
      title="Outbox"
      description="Every mail that Latchkey wrote. Only administrators see it: a mail may hold an activation link."
      notice={
        !process.env.SMTP_URL && (
          <Callout title="No mail server is set">
            Mails are kept here and not sent. Open one to copy what it says, or set SMTP_URL and start Latchkey again.
          </Callout>
        )
      }
      search="Search by address or subject"
      filters={[
        {
          param: 'state',
          label: 'State',
          single: true,
          options: [
            { value: 'sent', label: 'Sent' },
            { value: 'waiting', label: 'Not sent' },
            { value: 'failed', label: 'Failed' },
          ],
        },
      ]}
    >
      <FoundList found={found}>{(page) => <MailsTable page={page} />}</FoundList>
    </ListPage>
  );
}
