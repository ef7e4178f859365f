'use client';

import { Controller } from 'react-hook-form';
import { ConflictNotice } from '@/components/patterns/conflict-notice';
import { FormError } from '@/components/patterns/form-error';
import { SecretField } from '@/components/patterns/secret-field';
import { useVersionedForm } from '@/components/patterns/use-versioned-form';
import { Button } from '@/components/ui/button';
import { Dialog, DialogContent } from '@/components/ui/dialog';
import { replaceTokenSchema } from '@/lib/provisioning/schema';
import { replaceTokenAction } from '../actions';

/** Replaces the token in place: tested first, then swapped. */
export function ReplaceToken({
  applicationId,
  version,
  tokenLabel,
  onClose,
}: {
  applicationId: string;
  version: number;
  tokenLabel: string;
  onClose: () => void;
}) {
  const { form, submit, pending, error, conflict, fieldError } = useVersionedForm({
    schema: replaceTokenSchema,
    defaultValues: { applicationId, version, token: '' },
    version,
    // What is stored of a token is told to nobody.
    fields: {},
    action: (values, version) => replaceTokenAction({ ...values, version }),
    success: 'Token replaced',
    onSuccess: onClose,
    after: 'none',
  });
  return (
    <Dialog open onOpenChange={(open) => !open && !pending && onClose()}>
      <DialogContent
        title="Replace token"
        description="The new token is tested before it takes the place of the present one. Links, settings and accounts stay."
        footer={
          <>
            <Button onClick={onClose} disabled={pending}>
              Cancel
            </Button>
            <Button type="submit" form="replace-token" variant="primary" pending={pending}>
              Test and replace
            </Button>
          </>
        }
      >
        <form id="replace-token" onSubmit={submit} className="grid gap-4">
          <ConflictNotice conflict={conflict} title="Somebody else changed this connection in the meantime" />
          <FormError error={error} />
          <Controller
            name="token"
            control={form.control}
            render={({ field }) => (
              <SecretField
                label={tokenLabel === 'Token Key' ? 'New Token Key' : `New Token Key (${tokenLabel})`}
                isSet={false}
                required
                value={field.value}
                onChange={(value) => field.onChange(value ?? '')}
                error={fieldError('token')}
              />
            )}
          />
        </form>
      </DialogContent>
    </Dialog>
  );
}
