import { idpKeyRow, makeIdpKeyPair } from '@/lib/applications/idp-keys';
import { getApplication } from '@/lib/applications/queries';
import { AppError } from '@/lib/core/errors';
import { readKeyPair } from '@/lib/crypto/certificate';
import { declareCommand, type Resource } from '@/lib/events/command';
import { attemptAfter } from '@/lib/events/record';
import { holdIdpKeys } from './idp-keys';
import { announceIdpKeySchema } from './schema';

/**
 * Makes the next key pair of an application, or takes one that was uploaded: from now on its certificate stands in the metadata beside
 * the present one, which goes on signing until the switch.
 * @throws AppError `not_found`; `conflict` where there is a next one already; `invalid_input` (certificate, privateKey)
 */
export const announceIdpKey = declareCommand(
  { id: 'announceIdpKey', permission: 'sso.write', input: announceIdpKeySchema, event: 'sso_certificate' },
  (actor, { applicationId, certificate, privateKey }): Promise<Resource> =>
    attemptAfter(
      { name: 'sso_certificate', actor },
      async () => {
        const { displayLabel } = await getApplication(applicationId);
        if (!certificate && !privateKey) return { how: 'generated', pair: await makeIdpKeyPair(displayLabel) };
        // Real time, whatever the demo clock says: service providers judge it.
        return { how: 'uploaded', pair: readKeyPair(certificate, privateKey, new Date()) };
      },
      async (tx, draft, { how, pair }) => {
        const { answer, keys } = await holdIdpKeys(tx, draft, applicationId);
        if (keys.next) {
          throw new AppError('conflict', 'The next certificate is announced already.', {
            hint: 'Switch to it, or discard it first.',
          });
        }
        const row = idpKeyRow(pair, 'next');
        if (keys.current?.fingerprint === row.fingerprint || keys.retired?.fingerprint === row.fingerprint) {
          throw new AppError('conflict', 'The application has this certificate already.', { field: 'certificate' });
        }
        await tx.idpKey.create({ data: { ...row, applicationId } });
        draft.message = `The next certificate was ${how} and is announced in the metadata: ${row.fingerprint}.`;
        return answer;
      },
    ),
);
