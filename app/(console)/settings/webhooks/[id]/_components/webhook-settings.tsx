'use client';

import { useState } from 'react';
import { Controller } from 'react-hook-form';
import { FormError } from '@/components/patterns/form-error';
import { SaveBar } from '@/components/patterns/save-bar';
import { useActionForm } from '@/components/patterns/use-action-form';
import { FormColumn } from '@/components/ui/field';
import { SwitchField } from '@/components/ui/switch';
import type { WebhookDetail } from '@/lib/webhooks/queries';
import { type ApplicationChoice, WebhookFields } from '../../_components/webhook-fields';
import { fromForm, toForm, type WebhookForm, webhookFormSchema } from '../../_components/webhook-form';
import { updateWebhookAction } from '../../actions';

type Stored = Pick<WebhookDetail, 'label' | 'url' | 'eventNames' | 'applicationIds' | 'enabled'>;

interface Meanwhile {
  version: number;
  values: Stored;
}

/** Overtaken by somebody else: what was typed stays, the notice says what is stored now. */
export function WebhookSettings(props: { webhook: WebhookDetail; applications: readonly ApplicationChoice[] }) {
  const { webhook } = props;
  const [meanwhile, setMeanwhile] = useState<Meanwhile>();
  const { form, submit, pending, error, fieldError } = useActionForm({
    schema: webhookFormSchema,
    defaultValues: toForm(webhook),
    action: async (values) => {
      const version = Math.max(meanwhile?.version ?? 0, webhook.version);
      const input = { ...fromForm(values), id: webhook.id, enabled: values.enabled, version };
      const result = await updateWebhookAction(input);
      if (!result.ok && result.code === 'stale_version') setMeanwhile(result.details as Meanwhile);
      return result;
    },
    success: 'Webhook saved',
    onSuccess: () => setMeanwhile(undefined),
  });
  const { label, url, enabled } = meanwhile?.values ?? webhook;
  const theirs = (name: 'label' | 'url', stored: string) =>
    stored === webhook[name] ? undefined : `Changed by somebody else meanwhile: now “${stored}”.`;
  const errorOf = (name: keyof WebhookForm) =>
    fieldError(name) ?? (name === 'label' ? theirs(name, label) : name === 'url' ? theirs(name, url) : undefined);
  return (
    <form onSubmit={submit} noValidate>
      <FormColumn>
        <FormError error={error} />
        <WebhookFields form={form} fieldError={errorOf} applications={props.applications} />
        <Controller
          name="enabled"
          control={form.control}
          render={({ field }) => (
            <SwitchField
              label="Enabled"
              help={
                enabled === webhook.enabled
                  ? 'Off: nothing is sent. What happens meanwhile is kept, and sent once it is on again.'
                  : `Somebody else has turned it ${enabled ? 'on' : 'off'} meanwhile.`
              }
              checked={field.value}
              onCheckedChange={field.onChange}
            />
          )}
        />
      </FormColumn>
      <SaveBar
        dirty={form.formState.isDirty}
        pending={pending}
        onDiscard={() => form.reset()}
        {...(meanwhile ? { saveLabel: 'Save over the other changes' } : {})}
      />
    </form>
  );
}
