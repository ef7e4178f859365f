'use client';

import { RelativeTime } from '@/components/patterns/relative-time';
import { SecretField } from '@/components/patterns/secret-field';
import type { IntegrationState } from '@/lib/provisioning/queries/integration-state';
import { authenticationWords, inShort } from '@/lib/scim/authentication';
import { secretLabel } from './credentials-fields';

/** How the connection authenticates, with the way to replace it. */
export function CredentialsSet({
  integration,
  tokenLabel,
  onReplace,
  readOnly,
}: {
  integration: IntegrationState;
  tokenLabel: string;
  onReplace: () => void;
  readOnly: boolean;
}) {
  const { authentication, tokenUpdatedAt, secretEnd } = integration;
  const how = inShort(authentication);
  return (
    <SecretField
      label={
        authentication.kind === 'bearer'
          ? secretLabel('bearer', tokenLabel)
          : authenticationWords[authentication.kind].label
      }
      isSet
      value={undefined}
      onChange={() => undefined}
      onReplace={onReplace}
      disabled={readOnly}
      note={
        <>
          {how && <span className="block break-words">{how}</span>}
          Set <RelativeTime at={tokenUpdatedAt} />. What replaces it is tested before the swap; nothing has to be
          deactivated.{' '}
          {secretEnd && !secretEnd.noted && (
            <>
              It says itself that it ends <RelativeTime tense="future" at={secretEnd.endsAt} />.
            </>
          )}
        </>
      }
    />
  );
}
