'use client';

import { Controller, type UseFormReturn } from 'react-hook-form';
import { Field, FieldSet } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { SwitchField } from '@/components/ui/switch';
import { CheckList } from './check-list';
import { eventItems } from './event-items';
import type { WebhookForm } from './webhook-form';

export interface ApplicationChoice {
  id: string;
  displayLabel: string;
}

/** What both forms ask: where to, and what. */
export function WebhookFields({
  form,
  fieldError,
  applications,
}: {
  form: UseFormReturn<WebhookForm, unknown, WebhookForm>;
  fieldError: (name: keyof WebhookForm) => string | undefined;
  applications: readonly ApplicationChoice[];
}) {
  const [everyEvent, everyApplication] = form.watch(['everyEvent', 'everyApplication']);
  return (
    <>
      <Field label="Label" required error={fieldError('label')} help="What the receiver is: SIEM, ticket system.">
        <Input autoComplete="off" {...form.register('label')} />
      </Field>
      <Field
        label="Address of the receiver"
        required
        error={fieldError('url')}
        help="Gets POST requests. It needs no token in its address: every message is signed."
      >
        <Input
          mono
          inputMode="url"
          autoComplete="off"
          placeholder="https://siem.example.com/latchkey"
          {...form.register('url')}
        />
      </Field>
      <FieldSet legend="Events" error={fieldError('eventNames')}>
        <Switched
          form={form}
          name="everyEvent"
          list="eventNames"
          label="Every event"
          help="Also kinds that later versions bring."
        />
        {!everyEvent && (
          <Controller
            name="eventNames"
            control={form.control}
            render={({ field }) => (
              <CheckList
                label="Kinds of events"
                searchLabel="Search kinds of events"
                items={eventItems}
                value={field.value}
                onChange={field.onChange}
                mono
              />
            )}
          />
        )}
      </FieldSet>
      <FieldSet legend="Applications" error={fieldError('applicationIds')}>
        <Switched
          form={form}
          name="everyApplication"
          list="applicationIds"
          label="Every application"
          help="Off: only events about the applications you choose, none about people or groups alone."
        />
        {!everyApplication && (
          <Controller
            name="applicationIds"
            control={form.control}
            render={({ field }) => (
              <CheckList
                label="Applications of the events"
                searchLabel="Search applications"
                items={applicationItems(applications, field.value)}
                value={field.value}
                onChange={field.onChange}
              />
            )}
          />
        )}
      </FieldSet>
    </>
  );
}

function Switched(props: {
  form: UseFormReturn<WebhookForm, unknown, WebhookForm>;
  name: 'everyEvent' | 'everyApplication';
  list: 'eventNames' | 'applicationIds';
  label: string;
  help: string;
}) {
  const { form, name, list, label, help } = props;
  return (
    <Controller
      name={name}
      control={form.control}
      render={({ field }) => (
        <SwitchField
          label={label}
          help={help}
          checked={field.value}
          onCheckedChange={(on) => {
            field.onChange(on);
            form.clearErrors(list);
          }}
        />
      )}
    />
  );
}

/** One that is gone can still be taken out of the list. */
function applicationItems(applications: readonly ApplicationChoice[], chosen: readonly string[]) {
  const gone = chosen.filter((id) => !applications.some((application) => application.id === id));
  return [
    ...applications.map(({ id, displayLabel }) => ({ value: id, label: displayLabel })),
    ...gone.map((id) => ({ value: id, label: 'A deleted application', help: id })),
  ];
}
