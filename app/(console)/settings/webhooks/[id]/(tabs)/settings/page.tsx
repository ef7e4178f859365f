import { notFound } from 'next/navigation';
import { AbsoluteTime } from '@/components/patterns/relative-time';
import { DescriptionList } from '@/components/ui/table';
import { may, requireSession } from '@/lib/auth/session';
import { listEventApplications } from '@/lib/events/queries';
import type { WebhookDetail } from '@/lib/webhooks/queries';
import type { ApplicationChoice } from '../../../_components/webhook-fields';
import { DeleteWebhook } from '../../_components/delete-webhook';
import { findWebhookDetail } from '../../_components/find-webhook';
import { SecretSection } from '../../_components/secret-section';
import { WebhookSettings } from '../../_components/webhook-settings';

/** Where to and what, the secret, deletion. */
export default async function WebhookSettingsPage({ params }: { params: Promise<{ id: string }> }) {
  const session = await requireSession('webhooks.read');
  const webhook = await findWebhookDetail((await params).id);
  if (!webhook) notFound();
  const applications = await listEventApplications();
  if (!may(session, 'webhooks.write')) return <ReadOnly webhook={webhook} applications={applications} />;
  const { id, version, label, waiting } = webhook;
  return (
    <div className="grid gap-8">
      <WebhookSettings webhook={webhook} applications={applications} />
      <SecretSection id={id} version={version} updatedAt={webhook.secretUpdatedAt} />
      <DeleteWebhook id={id} label={label} waiting={waiting} />
    </div>
  );
}

function ReadOnly({ webhook, applications }: { webhook: WebhookDetail; applications: readonly ApplicationChoice[] }) {
  const labels = webhook.applicationIds.map(
    (id) => applications.find((application) => application.id === id)?.displayLabel ?? 'A deleted application',
  );
  return (
    <DescriptionList
      items={[
        { label: 'Label', value: webhook.label },
        { label: 'Address of the receiver', value: webhook.url, mono: true },
        { label: 'Events', value: webhook.eventNames.join(', ') || 'Every event' },
        { label: 'Applications', value: labels.join(', ') || 'Every application' },
        { label: 'Enabled', value: webhook.enabled ? 'Yes' : 'No' },
        { label: 'Created', value: <AbsoluteTime at={webhook.createdAt} /> },
        { label: 'Created by', value: webhook.createdByName },
        { label: 'Secret since', value: <AbsoluteTime at={webhook.secretUpdatedAt} /> },
      ]}
    />
  );
}
