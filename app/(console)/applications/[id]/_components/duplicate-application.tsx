'use client';

import { useRouter } from 'next/navigation';
import { FormProvider } from 'react-hook-form';
import { FormError } from '@/components/patterns/form-error';
import { useActionForm } from '@/components/patterns/use-action-form';
import { Button } from '@/components/ui/button';
import { CheckboxField } from '@/components/ui/checkbox';
import { Dialog, DialogContent } from '@/components/ui/dialog';
import { duplicateApplicationSchema } from '@/lib/applications/schema';
import { links } from '@/lib/core/links';
import { duplicateApplicationAction } from '../../actions';
import { type CopiedApplication, CopyFields, copyValues } from './copy-fields';

const formId = 'duplicate-application';

/** Asks what the copy is called and which values are its own, and opens it. */
export function DuplicateApplication({
  application,
  onClose,
}: {
  application: CopiedApplication;
  onClose: () => void;
}) {
  const router = useRouter();
  const { form, submit, pending, error, fieldError } = useActionForm({
    schema: duplicateApplicationSchema,
    defaultValues: { id: application.id, associations: false, ...copyValues(application) },
    action: duplicateApplicationAction,
    success: `${application.displayLabel} was duplicated`,
    after: 'none',
    onSuccess: ({ id }) => router.push(links.application(id).general()),
  });
  return (
    <Dialog open onOpenChange={(open) => !open && !pending && onClose()}>
      <DialogContent
        title={`Duplicate ${application.displayLabel}`}
        description={
          application.kind === 'bookmark'
            ? 'The copy has its address and its picture.'
            : 'The copy has its settings, mappings and scoping filters, and a key pair of its own. It has no token and no accounts, and nothing of it is active.'
        }
        footer={
          <>
            <Button onClick={onClose} disabled={pending}>
              Cancel
            </Button>
            <Button type="submit" form={formId} variant="primary" pending={pending}>
              Duplicate application
            </Button>
          </>
        }
      >
        <FormProvider {...form}>
          <form id={formId} onSubmit={submit} noValidate className="grid gap-4">
            <FormError error={error} />
            <CopyFields application={application} errorOf={(field) => fieldError(field as 'displayLabel')} />
            <CheckboxField
              label="Copy user groups and assigned people"
              help="They have access to the copy once its SSO is active."
              checked={form.watch('associations') === true}
              onCheckedChange={(checked) => form.setValue('associations', checked === true)}
            />
          </form>
        </FormProvider>
      </DialogContent>
    </Dialog>
  );
}
