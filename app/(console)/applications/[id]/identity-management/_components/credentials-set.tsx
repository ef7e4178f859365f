'use client';

import { RelativeTime } from '@/components/patterns/relative-time';
import { SecretField } from '@/components/patterns/secret-field';
import type { ShownAuthorization } from '@/lib/provisioning/authorization/queries';
import type { IntegrationState } from '@/lib/provisioning/queries/integration-state';
import { authenticationWords, inShort } from '@/lib/scim/authentication';
import { Connected } from './connect-authorization';
import { secretLabel } from './credentials-fields';
import { ConnectionOfApp } from './reconnect';

const day = (at: Date) => at.toISOString().slice(0, 10);
/** As long before its end it is said to be ending. */
const soonMs = 30 * 24 * 60 * 60_000;

/** How the connection authenticates and by which certificate the server is known, with the way to replace it. */
export function CredentialsSet({
  integration,
  authorization,
  tokenLabel,
  onReplace,
  readOnly,
}: {
  integration: IntegrationState;
  /** Of a connection that somebody has allowed over there. */
  authorization: ShownAuthorization | null;
  tokenLabel: string;
  onReplace: () => void;
  readOnly: boolean;
}) {
  const { authentication, certificates, tokenUpdatedAt, secretEnd } = integration;
  const now = new Date();
  const how = inShort(authentication);
  const { trust } = authentication;
  return (
    <>
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
            {authorization && (
              <span className="block break-words">
                <Connected authorization={authorization} />
              </span>
            )}
            {trust?.kind === 'pin' && <span className="block break-all">Pinned certificate: key {trust.sha256}.</span>}
            {certificates.map(({ subject, fingerprint, startsAt, endsAt }) => (
              <span key={fingerprint} className="block break-all">
                Own authority: {subject}, from {day(startsAt)} until {day(endsAt)}
                {endsAt.getTime() < now.getTime() + soonMs && <strong> (replace it soon)</strong>}, SHA-256{' '}
                {fingerprint}.
              </span>
            ))}
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
      {authorization && !readOnly && (
        <ConnectionOfApp applicationId={integration.applicationId} authorization={authorization} />
      )}
    </>
  );
}
