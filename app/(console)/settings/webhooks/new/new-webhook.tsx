'use client';

import { useState } from 'react';
import { FormError } from '@/components/patterns/form-error';
import { LeaveGuard } from '@/components/patterns/leave-guard';
import { useActionForm } from '@/components/patterns/use-action-form';
import { Button, LinkButton } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { FormColumn } from '@/components/ui/field';
import { links } from '@/lib/core/links';
import { SecretShown } from '../_components/secret-shown';
import { SendTest } from '../_components/send-test';
import { type ApplicationChoice, WebhookFields } from '../_components/webhook-fields';
import { fromForm, toForm, webhookFormSchema } from '../_components/webhook-form';
import { createWebhookAction } from '../actions';

interface Created {
  id: string;
  label: string;
  secret: string;
}

/** The form, and after saving the secret to copy: it is shown this once. */
export function NewWebhook({ applications }: { applications: readonly ApplicationChoice[] }) {
  const [created, setCreated] = useState<Created>();
  if (created) return <CreatedNotice {...created} />;
  return <Form applications={applications} onCreated={setCreated} />;
}

function Form(props: { applications: readonly ApplicationChoice[]; onCreated: (created: Created) => void }) {
  const { form, submit, pending, error, fieldError } = useActionForm({
    schema: webhookFormSchema,
    defaultValues: toForm(),
    action: (values) => createWebhookAction(fromForm(values)),
    after: 'none',
    onSuccess: ({ id, secret }, { label }) => props.onCreated({ id, label, secret }),
  });
  return (
    <form onSubmit={submit} noValidate className="grid gap-6">
      <LeaveGuard when={form.formState.isDirty && !pending} />
      <FormColumn>
        <FormError error={error} />
        <WebhookFields form={form} fieldError={fieldError} applications={props.applications} />
      </FormColumn>
      <div className="flex gap-2">
        <Button type="submit" variant="primary" pending={pending}>
          Create webhook
        </Button>
        <LinkButton href={links.webhooks()}>Cancel</LinkButton>
      </div>
    </form>
  );
}

function CreatedNotice({ id, label, secret }: Created) {
  return (
    <div className="grid max-w-[640px] gap-5">
      <Callout kind="ok" title={`${label} was created`}>
        Give the receiver the secret below, then send a test: it is a message like any other, with no events in it.
      </Callout>
      <SecretShown secret={secret} />
      <div className="flex flex-wrap gap-2">
        <LinkButton href={links.webhook(id)} variant="primary">
          Open {label}
        </LinkButton>
        <SendTest id={id} />
      </div>
    </div>
  );
}
