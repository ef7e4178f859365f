'use client';

import { Controller } from 'react-hook-form';
import { ConflictNotice } from '@/components/patterns/conflict-notice';
import { FormError } from '@/components/patterns/form-error';
import { useVersionedForm } from '@/components/patterns/use-versioned-form';
import { Button } from '@/components/ui/button';
import { Dialog, DialogContent } from '@/components/ui/dialog';
import type { Authorizations } from '@/lib/provisioning/authorization/queries';
import { replaceCredentialsSchema } from '@/lib/provisioning/schema';
import type { Authentication, AuthenticationKind, TypedCredentials } from '@/lib/scim/authentication';
import { replaceCredentialsAction } from '../actions';
import { connectParts, typedBefore, withoutId } from './connect-authorization';
import { CredentialsFields, namesOf } from './credentials-fields';
import { useConnecting } from './use-connecting';

/** Replaces the credentials in place: tested first, then swapped. */
export function ReplaceCredentials({
  applicationId,
  version,
  authentication,
  kinds,
  tokenLabel,
  authorizations,
  onClose,
}: {
  applicationId: string;
  version: number;
  /** As it is now. */
  authentication: Authentication;
  kinds: readonly AuthenticationKind[];
  tokenLabel: string;
  authorizations: Authorizations;
  onClose: () => void;
}) {
  // Of a token alone there is nothing else to change: it is what is typed. Elsewhere the secret may stay.
  const keeps = authentication.kind === 'bearer' ? undefined : authentication.kind;
  const { other } = authorizations;
  const connecting = useConnecting();
  const present: TypedCredentials = { ...authentication, secret: keeps ? undefined : '' };
  const { form, submit, pending, error, conflict, fieldError } = useVersionedForm({
    schema: replaceCredentialsSchema,
    defaultValues: { applicationId, version, authentication: other ? typedBefore(other) : present },
    version,
    // What is stored of a secret is told to nobody.
    fields: {},
    action: (values, version) => replaceCredentialsAction({ ...values, version }),
    success: 'Credentials replaced',
    onSuccess: onClose,
    after: 'none',
  });
  const onConnect = async () => {
    const typed = form.getValues('authentication');
    if (!(await form.trigger(namesOf(typed)))) return;
    if (typed.kind === 'authorizationCode') {
      await connecting.start({ applicationId, authentication: withoutId(typed) });
    }
  };
  return (
    <Dialog open onOpenChange={(open) => !open && !pending && onClose()}>
      <DialogContent
        title="Replace credentials"
        description="The new ones are tested before they take the place of the present ones. Links, settings and accounts stay."
        footer={
          <>
            <Button onClick={onClose} disabled={pending}>
              Cancel
            </Button>
            <Button type="submit" form="replace-credentials" variant="primary" pending={pending}>
              Test and replace
            </Button>
          </>
        }
      >
        <form id="replace-credentials" onSubmit={submit} noValidate className="grid gap-4">
          <ConflictNotice conflict={conflict} title="Somebody else changed this connection in the meantime" />
          <FormError error={error} />
          <Controller
            name="authentication"
            control={form.control}
            render={({ field }) => (
              <CredentialsFields
                kinds={kinds}
                value={field.value}
                onChange={field.onChange}
                errorOf={(name) => fieldError(`authentication.${name}` as 'authentication.secret')}
                tokenLabel={tokenLabel}
                keeps={other ? 'authorizationCode' : keeps}
                connect={connectParts({
                  authorizations,
                  value: field.value,
                  connecting,
                  onConnect: () => void onConnect(),
                  error: fieldError('authentication.authorizationId'),
                })}
              />
            )}
          />
        </form>
      </DialogContent>
    </Dialog>
  );
}
