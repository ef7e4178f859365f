'use client';

import { Controller } from 'react-hook-form';
import { inWords } from '@/components/patterns/conflict';
import { ConflictNotice } from '@/components/patterns/conflict-notice';
import { FormError } from '@/components/patterns/form-error';
import { SaveBar } from '@/components/patterns/save-bar';
import { useNewestVersion } from '@/components/patterns/use-conflict';
import { useVersionedForm } from '@/components/patterns/use-versioned-form';
import { FormColumn } from '@/components/ui/field';
import { SwitchField } from '@/components/ui/switch';
import type { WebhookDetail } from '@/lib/webhooks/queries';
import { type ApplicationChoice, WebhookFields } from '../../_components/webhook-fields';
import { fromForm, type StoredWebhook, toForm, webhookFormSchema } from '../../_components/webhook-form';
import { updateWebhookAction } from '../../actions';

/** The settings of a webhook, its secret apart. */
export function WebhookSettings(props: { webhook: WebhookDetail; applications: readonly ApplicationChoice[] }) {
  const { webhook } = props;
  const { form, submit, pending, error, conflict, fieldError } = useVersionedForm({
    schema: webhookFormSchema,
    defaultValues: toForm(webhook),
    // Replacing the secret below changes the version, too.
    version: useNewestVersion(webhook.version),
    fields: comparedFields(props.applications),
    toStored: (values) => ({ ...fromForm(values), enabled: values.enabled }),
    toForm: (theirs: StoredWebhook) => toForm(theirs),
    action: (values, version) =>
      updateWebhookAction({ ...fromForm(values), id: webhook.id, enabled: values.enabled, version }),
    success: 'Webhook saved',
  });
  return (
    <form onSubmit={submit} noValidate>
      <FormColumn>
        <ConflictNotice conflict={conflict} />
        <FormError error={error} />
        <WebhookFields form={form} fieldError={fieldError} applications={props.applications} />
        <Controller
          name="enabled"
          control={form.control}
          render={({ field }) => (
            <SwitchField
              label="Enabled"
              help="Off: nothing is sent. What happens meanwhile is kept, and sent once it is on again."
              checked={field.value}
              onCheckedChange={field.onChange}
            />
          )}
        />
      </FormColumn>
      <SaveBar dirty={form.formState.isDirty} pending={pending} onDiscard={() => form.reset()} />
    </form>
  );
}

/** An empty list means everything. */
function comparedFields(applications: readonly ApplicationChoice[]) {
  const labels = new Map(applications.map(({ id, displayLabel }) => [id, displayLabel]));
  const listed = (value: unknown, every: string, labelOf: (entry: unknown) => unknown) =>
    Array.isArray(value) && value.length > 0 ? inWords(value.map(labelOf)) : every;
  return {
    label: 'Label',
    url: 'Address of the receiver',
    eventNames: { label: 'Events', say: (value: unknown) => listed(value, 'every event', (name) => name) },
    applicationIds: {
      label: 'Applications',
      say: (value: unknown) =>
        listed(value, 'every application', (id) => labels.get(String(id)) ?? 'a deleted application'),
    },
    enabled: 'Enabled',
  };
}
