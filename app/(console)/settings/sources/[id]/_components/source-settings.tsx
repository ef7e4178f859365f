'use client';

import { ConflictNotice } from '@/components/patterns/conflict-notice';
import { FormError } from '@/components/patterns/form-error';
import { SaveBar } from '@/components/patterns/save-bar';
import { useVersionedForm } from '@/components/patterns/use-versioned-form';
import { FormColumn } from '@/components/ui/field';
import type { SourceRow } from '@/lib/inbound/queries';
import { sourceValuesSchema } from '@/lib/inbound/schema';
import { SourceFields } from '../../_components/source-fields';
import { updateSourceAction } from '../../actions';

const fields = {
  name: 'Name',
  takeOver: 'Take over by username',
  mailActivation: 'Mail activation links',
  requestsPerMinute: 'Requests a minute',
};

export function SourceSettings({ source }: { source: SourceRow }) {
  const { name, takeOver, mailActivation, requestsPerMinute } = source;
  const { form, submit, pending, error, conflict, fieldError } = useVersionedForm({
    schema: sourceValuesSchema,
    defaultValues: { name, takeOver, mailActivation, requestsPerMinute },
    version: source.version,
    fields,
    action: (values, version) => updateSourceAction({ ...values, id: source.id, version }),
    success: 'Source saved',
  });
  return (
    <form onSubmit={submit} noValidate>
      <FormColumn>
        <ConflictNotice conflict={conflict} />
        <FormError error={error} />
        <SourceFields form={form} fieldError={fieldError} />
      </FormColumn>
      <SaveBar dirty={form.formState.isDirty} pending={pending} onDiscard={() => form.reset()} />
    </form>
  );
}
