'use client';

import { type ComponentProps, useState } from 'react';
import { ConfirmDestructive } from '@/components/patterns/confirm-destructive';
import { FormError } from '@/components/patterns/form-error';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import type { ShownAuthorization } from '@/lib/provisioning/authorization/queries';
import { disconnectAuthorizationAction } from '../actions';
import { withoutId } from './connect-authorization';
import { useConnecting } from './use-connecting';

interface Props {
  applicationId: string;
  authorization: ShownAuthorization;
}

/** Asks for the same again; the connection is tested with it and goes on. */
export function Reconnect({
  applicationId,
  authorization,
  ...look
}: Props & Pick<ComponentProps<typeof Button>, 'size' | 'variant'>) {
  const { start, pending, error } = useConnecting();
  const authentication = withoutId(authorization.authentication);
  return (
    <>
      <Button {...look} pending={pending} onClick={() => void start({ applicationId, authentication })}>
        Reconnect…
      </Button>
      <FormError error={error} />
    </>
  );
}

/** What can be done with a connection that somebody has allowed over there. */
export function ConnectionOfApp({ applicationId, authorization }: Props) {
  const [asks, setAsks] = useState(false);
  const { run, pending, error } = useAction(disconnectAuthorizationAction, {
    success: 'Disconnected',
    onSuccess: () => setAsks(false),
    showError: 'inline',
  });
  const { revocationUrl } = authorization.authentication;
  return (
    <div className="flex flex-wrap gap-2">
      <Reconnect applicationId={applicationId} authorization={authorization} />
      {authorization.state !== 'disconnected' && <Button onClick={() => setAsks(true)}>Disconnect…</Button>}
      <ConfirmDestructive
        open={asks}
        onOpenChange={setAsks}
        title="Disconnect the application?"
        consequences={[
          'Its tokens are forgotten here, and nothing is sent until somebody connects it again.',
          revocationUrl === ''
            ? 'Over there the authorisation stays until it is revoked there: no revocation endpoint is known.'
            : 'The authorisation is revoked over there.',
          'Accounts, links and settings stay as they are.',
        ]}
        confirmLabel="Disconnect"
        pending={pending}
        error={error}
        onConfirm={() => void run({ applicationId })}
      />
    </div>
  );
}
