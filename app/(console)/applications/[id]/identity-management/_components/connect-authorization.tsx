'use client';

import { CopyField } from '@/components/patterns/copy-field';
import { FormError } from '@/components/patterns/form-error';
import { RelativeTime } from '@/components/patterns/relative-time';
import { Button } from '@/components/ui/button';
import { FieldError } from '@/components/ui/field';
import type { Authorizations, ShownAuthorization } from '@/lib/provisioning/authorization/queries';
import type { TypedCredentials } from '@/lib/scim/authentication';
import type { useConnecting } from './use-connecting';

/** What a form begins with where somebody was asked already: what was typed then, and what came of it. */
export function typedBefore({ id, state, authentication }: ShownAuthorization): TypedCredentials {
  const given = state === 'connected' || state === 'refused' ? id : undefined;
  return { ...authentication, authorizationId: given, secret: undefined };
}

/** What somebody is to be asked for: as typed, without what was given before. */
export function withoutId<T extends { authorizationId?: unknown }>({ authorizationId: _, ...asked }: T) {
  return asked;
}

/** What a form of credentials shows of an authorisation: by what the client is registered over there, and the way to be asked. */
export function connectParts({
  authorizations: { redirectUri, used, other },
  value,
  connecting,
  onConnect,
  error,
}: {
  authorizations: Authorizations;
  value: TypedCredentials;
  connecting: ReturnType<typeof useConnecting>;
  onConnect: () => void;
  error: string | undefined;
}) {
  const id = value.kind === 'authorizationCode' ? value.authorizationId : undefined;
  const given = [other, used].find((one) => one !== null && one.id === id);
  const isFailed = !given && other?.failure;
  return {
    before: (
      <CopyField
        label="Redirect URI"
        value={redirectUri}
        help="Register Latchkey as an app over there, with this redirect URI; it gives you the client ID and the secret."
      />
    ),
    after: (
      <div className="grid gap-2 rounded-lg border border-line bg-subtle px-3.5 py-3">
        <p className="font-medium text-sm">{given ? 'Connected' : 'Not connected yet'}</p>
        {given ? (
          <p className="text-muted text-xs">
            <Connected authorization={given} />
          </p>
        ) : (
          <p className="text-muted text-xs">
            You are sent to the application to sign in and to allow Latchkey, and come back here. What you typed is
            kept.
          </p>
        )}
        {isFailed && <FieldError>The last time: {other.failure}</FieldError>}
        {error && <FieldError>{error}</FieldError>}
        <FormError error={connecting.error} />
        <div>
          <Button variant={given ? 'secondary' : 'primary'} pending={connecting.pending} onClick={onConnect}>
            {given ? 'Connect again…' : 'Connect…'}
          </Button>
        </div>
      </div>
    ),
  };
}

/** Who has connected it when, and how long that lasts. */
export function Connected({ authorization }: { authorization: ShownAuthorization }) {
  const { state, connectedByName, connectedAt, isRefreshable, accessEndsAt, refreshedAt, refusal } = authorization;
  if (state === 'disconnected') return <>It was disconnected.</>;
  return (
    <>
      Connected by {connectedByName} <RelativeTime at={connectedAt} />.{' '}
      {refusal ? (
        <strong>The application does not renew it any more: reconnect it.</strong>
      ) : isRefreshable ? (
        <>
          The access token ends <RelativeTime tense="future" at={accessEndsAt} /> and is renewed before
          {refreshedAt && (
            <>
              , the last time <RelativeTime at={refreshedAt} />
            </>
          )}
          .
        </>
      ) : (
        <strong>
          The application gave nothing to renew it by: it ends <RelativeTime tense="future" at={accessEndsAt} />.
        </strong>
      )}
    </>
  );
}
