'use client';

import { Plus } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useId, useState } from 'react';
import { FormError } from '@/components/patterns/form-error';
import { useActionForm } from '@/components/patterns/use-action-form';
import { Button } from '@/components/ui/button';
import { Dialog, DialogContent } from '@/components/ui/dialog';
import { links } from '@/lib/core/links';
import { sourceValuesSchema } from '@/lib/inbound/schema';
import { createSourceAction } from '../actions';
import { SourceFields, type SourceForm } from './source-fields';

/** Creates a source and leads to its page, where its token is made. */
export function NewSource() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="primary" onClick={() => setOpen(true)}>
        <Plus aria-hidden />
        New source
      </Button>
      <Dialog open={open} onOpenChange={setOpen}>
        <NewSourceForm onCancel={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

const empty: SourceForm = { name: '', takeOver: false, mailActivation: false, requestsPerMinute: 3_000 };

function NewSourceForm({ onCancel }: { onCancel: () => void }) {
  const id = useId();
  const router = useRouter();
  const { form, submit, pending, error, fieldError } = useActionForm({
    schema: sourceValuesSchema,
    defaultValues: empty,
    action: (values) => createSourceAction(values),
    success: 'Source created',
    onSuccess: ({ id: sourceId }) => router.push(links.source(sourceId)),
  });
  return (
    <DialogContent
      title="New source"
      description="Another directory that sends people and groups. Its token is made on the next page."
      footer={
        <>
          <Button onClick={onCancel} disabled={pending}>
            Cancel
          </Button>
          <Button type="submit" form={id} variant="primary" pending={pending}>
            Create source
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={submit} noValidate className="grid gap-5">
        <FormError error={error} />
        <SourceFields form={form} fieldError={fieldError} />
      </form>
    </DialogContent>
  );
}
