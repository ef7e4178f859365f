'use client';

import { useState } from 'react';
import { ConfirmDestructive } from '@/components/patterns/confirm-destructive';
import { FormError } from '@/components/patterns/form-error';
import { useAction } from '@/components/patterns/use-action';
import { useActionForm } from '@/components/patterns/use-action-form';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { Field, FormColumn } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Textarea } from '@/components/ui/textarea';
import { setSpMetadataSourceSchema } from '@/lib/sso/schema';
import type { SpMetadataSourceView } from '@/lib/sso/sp-metadata/queries';
import { removeSpMetadataSourceAction, setSpMetadataSourceAction } from '../../actions';

const schema = setSpMetadataSourceSchema.omit({ applicationId: true });

/** The address, which service provider is meant, and whose signature the document has to bear. */
export function SourceForm({
  applicationId,
  source,
  readOnly,
}: {
  applicationId: string;
  source: SpMetadataSourceView | null;
  readOnly: boolean;
}) {
  const [removing, setRemoving] = useState(false);
  const { form, submit, pending, error, fieldError } = useActionForm({
    schema,
    defaultValues: {
      url: source?.url ?? '',
      entityId: source?.entityId ?? '',
      certificate: source?.certificate ?? '',
    },
    action: (values) => setSpMetadataSourceAction({ ...values, applicationId }),
    success: 'The metadata was read',
  });
  const remove = useAction(removeSpMetadataSourceAction, {
    success: 'The metadata is not read any more',
    showError: 'inline',
    onSuccess: () => {
      setRemoving(false);
      form.reset({ url: '', entityId: '', certificate: '' });
    },
  });
  return (
    <Card title="Address">
      <form onSubmit={submit} noValidate className="grid gap-5">
        <fieldset disabled={readOnly} className="grid min-w-0">
          <FormColumn className="grid-cols-[minmax(0,1fr)]">
            <FormError error={error} />
            <Field
              label="Metadata URL"
              required
              help="Of the service provider. Read at once when you save it, and again by itself."
              error={fieldError('url')}
            >
              <Input
                mono
                spellCheck={false}
                placeholder="https://sp.example.com/saml/metadata"
                {...form.register('url')}
              />
            </Field>
            <Field
              label="Entity ID"
              optional
              help="Which service provider is meant, where the document describes several."
              error={fieldError('entityId')}
            >
              <Input mono spellCheck={false} {...form.register('entityId')} />
            </Field>
            <Field
              label="Signed with"
              optional
              help="A certificate: what is not signed with its key is refused. Without one, the address alone is trusted."
              error={fieldError('certificate')}
            >
              <Textarea
                mono
                rows={4}
                spellCheck={false}
                placeholder="-----BEGIN CERTIFICATE-----"
                {...form.register('certificate')}
              />
            </Field>
          </FormColumn>
        </fieldset>
        {!readOnly && (
          <div className="flex flex-wrap gap-2">
            <Button type="submit" variant="primary" pending={pending}>
              {source ? 'Read and save' : 'Read metadata'}
            </Button>
            {source && (
              <Button variant="danger-quiet" onClick={() => setRemoving(true)}>
                Stop reading it
              </Button>
            )}
          </div>
        )}
      </form>
      <ConfirmDestructive
        open={removing}
        onOpenChange={setRemoving}
        title="Stop reading the metadata?"
        consequences={[
          'The settings stay as they are.',
          'New certificates and addresses of the service provider have to be entered by hand.',
          ...(source?.held ? ['What waits to be looked at is forgotten.'] : []),
        ]}
        confirmLabel="Stop reading it"
        pending={remove.pending}
        error={remove.error}
        onConfirm={() => void remove.run({ applicationId })}
      />
    </Card>
  );
}
