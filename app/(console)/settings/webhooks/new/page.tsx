import type { Metadata } from 'next';
import { PageHeader } from '@/components/patterns/page-header';
import { requireSession } from '@/lib/auth/session';
import { links } from '@/lib/core/links';
import { listEventApplications } from '@/lib/events/queries';
import { NewWebhook } from './new-webhook';

export const metadata: Metadata = { title: 'New webhook' };

export default async function NewWebhookPage() {
  await requireSession('webhooks.write');
  return (
    <>
      <PageHeader
        crumbs={[{ label: 'Webhooks', href: links.webhooks() }, { label: 'New webhook' }]}
        title="New webhook"
        description="It is sent what happens from now on."
      />
      <NewWebhook applications={await listEventApplications()} />
    </>
  );
}
