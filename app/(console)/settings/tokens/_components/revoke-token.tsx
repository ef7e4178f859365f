'use client';

import { useState } from 'react';
import { ConfirmDestructive } from '@/components/patterns/confirm-destructive';
import { RelativeTime } from '@/components/patterns/relative-time';
import { useAction } from '@/components/patterns/use-action';
import type { TokenRow } from '@/lib/tokens/queries';
import { revokeTokenAction } from '../actions';

const madeWords = (made: number) =>
  made === 1 ? 'One token that it made is' : `${made.toLocaleString('en')} tokens that it made are`;

/** Asks before a token is revoked. @param token none: closed */
export function RevokeToken({ token, onClose }: { token: TokenRow | undefined; onClose: () => void }) {
  // What is shown stays while the dialog closes.
  const [shown, setShown] = useState(token);
  if (token && token !== shown) setShown(token);
  const revoke = useAction(revokeTokenAction, {
    success: `Revoked ${shown?.label ?? 'the token'}`,
    onSuccess: onClose,
    showError: 'inline',
  });
  return (
    <ConfirmDestructive
      open={token !== undefined}
      onOpenChange={(open) => {
        if (open) return;
        revoke.clearError();
        onClose();
      }}
      title={`Revoke ${shown?.label ?? 'token'}?`}
      consequences={[
        'The next request with it is refused. What runs on it fails until it has another token.',
        'It cannot be made to work again: create another one instead.',
        ...(shown && shown.made > 0 ? [`${madeWords(shown.made)} revoked with it, and what they made.`] : []),
        shown?.lastUsedAt ? (
          <>
            Last used <RelativeTime at={shown.lastUsedAt} />
            {shown.lastUsedAddress && ` from ${shown.lastUsedAddress}`}.
          </>
        ) : (
          'It was never used.'
        ),
      ]}
      confirmLabel="Revoke token"
      pending={revoke.pending}
      error={revoke.error}
      onConfirm={() => shown && void revoke.run({ id: shown.id })}
    />
  );
}
