'use client';

import { useRouter } from 'next/navigation';
import { FormProvider } from 'react-hook-form';
import { FormError } from '@/components/patterns/form-error';
import { useActionForm } from '@/components/patterns/use-action-form';
import { Button } from '@/components/ui/button';
import { Dialog, DialogContent } from '@/components/ui/dialog';
import { links } from '@/lib/core/links';
import { startMoveSchema } from '@/lib/moves/schema';
import { startMigrationAction } from '../../actions';
import { type CopiedApplication, CopyFields, copyValues } from './copy-fields';

const formId = 'start-migration';

/** Asks what the new instance is called and where it leads, makes it, and opens the migration. */
export function StartMigration({ application, onClose }: { application: CopiedApplication; onClose: () => void }) {
  const router = useRouter();
  const { form, submit, pending, error, fieldError } = useActionForm({
    schema: startMoveSchema,
    defaultValues: { applicationId: application.id, ...copyValues(application) },
    action: startMigrationAction,
    after: 'none',
    onSuccess: ({ id }) => router.push(links.migration(id)),
  });
  return (
    <Dialog open onOpenChange={(open) => !open && !pending && onClose()}>
      <DialogContent
        title={`Migrate ${application.displayLabel} to a new instance`}
        description="A new instance is made with its settings. People and sign-on stay with the old one until you hand them over, step by step."
        footer={
          <>
            <Button onClick={onClose} disabled={pending}>
              Cancel
            </Button>
            <Button type="submit" form={formId} variant="primary" pending={pending}>
              Begin migration
            </Button>
          </>
        }
      >
        <FormProvider {...form}>
          <form id={formId} onSubmit={submit} noValidate className="grid gap-4">
            <FormError error={error} />
            <CopyFields application={application} errorOf={(field) => fieldError(field as 'displayLabel')} />
          </form>
        </FormProvider>
      </DialogContent>
    </Dialog>
  );
}
