import type { Metadata } from 'next';
import { ListPage } from '@/components/patterns/list-page';
import { LinkButton } from '@/components/ui/button';
import { may, requireSession } from '@/lib/auth/session';
import { links } from '@/lib/core/links';
import { listWebhooks } from '@/lib/webhooks/queries';
import { asShownTo } from '@/lib/webhooks/tellable-url';
import { WebhooksTable } from '../../../settings/webhooks/_components/webhooks-table';

export const metadata: Metadata = { title: 'Webhooks' };

/** Where events are sent to, and how that goes. */
export default async function WebhooksPage() {
  const session = await requireSession('webhooks.read');
  const writable = may(session, 'webhooks.write');
  const webhooks = (await listWebhooks()).map((webhook) => asShownTo(writable, webhook));
  return (
    <ListPage
      title="Webhooks"
      description="Events, sent to a SIEM or a script as they happen: signed, and tried again until they are accepted."
      actions={
        writable &&
        webhooks.length > 0 && (
          <LinkButton href={links.newWebhook()} variant="primary">
            New webhook
          </LinkButton>
        )
      }
    >
      <WebhooksTable rows={webhooks} writable={writable} />
    </ListPage>
  );
}
