import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';
import { PageHeader } from '@/components/patterns/page-header';
import { LinkTabs } from '@/components/ui/tabs';
import { may, requireSession } from '@/lib/auth/session';
import { links } from '@/lib/core/links';
import { SendTest } from '../../_components/send-test';
import { WebhookStatus } from '../../_components/webhook-status';
import { findWebhookDetail } from '../_components/find-webhook';

interface Props {
  params: Promise<{ id: string }>;
  children: ReactNode;
}

export async function generateMetadata({ params }: Omit<Props, 'children'>): Promise<Metadata> {
  await requireSession('webhooks.read');
  const webhook = await findWebhookDetail((await params).id);
  return { title: webhook?.label ?? 'Not found' };
}

/** Head and tabs of one webhook. */
export default async function WebhookLayout({ params, children }: Props) {
  const session = await requireSession('webhooks.read');
  const webhook = await findWebhookDetail((await params).id);
  if (!webhook) notFound();
  return (
    <>
      <PageHeader
        crumbs={[{ label: 'Webhooks', href: links.webhooks() }, { label: webhook.label }]}
        title={webhook.label}
        description={<span className="break-all font-mono text-xs">{webhook.url}</span>}
        status={<WebhookStatus webhook={webhook} />}
        actions={may(session, 'webhooks.write') && <SendTest id={webhook.id} />}
      />
      <LinkTabs
        label={`Parts of ${webhook.label}`}
        tabs={[
          { href: links.webhook(webhook.id), label: 'Deliveries', exact: true },
          { href: links.webhookSettings(webhook.id), label: 'Settings' },
        ]}
      />
      <div className="pt-5">{children}</div>
    </>
  );
}
