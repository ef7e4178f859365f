import { AppError } from '@/lib/core/errors';
import { defineCommand } from '@/lib/events/command';
import { holdIdpKeys } from './idp-keys';
import { idpKeyRefSchema } from './schema';

/**
 * Throws away a key pair that does not sign: the next one, which leaves the metadata, or the one before the last switch.
 * @throws AppError `not_found`; `conflict` for the one that signs
 */
export const discardIdpKey = defineCommand(
  { id: 'discardIdpKey', permission: 'sso.write', input: idpKeyRefSchema, event: 'sso_certificate' },
  async (tx, draft, { applicationId, keyId }) => {
    const { answer, keys } = await holdIdpKeys(tx, draft, applicationId);
    const key = Object.values(keys).find(({ id }) => id === keyId);
    if (!key) throw new AppError('not_found', 'This certificate does not exist any more.');
    if (key.state === 'current') {
      throw new AppError('conflict', 'The application signs with this certificate.', {
        hint: 'Switch to the next one first.',
      });
    }
    await tx.idpKey.delete({ where: { id: key.id } });
    draft.message = `Discarded ${key.fingerprint}.`;
    return answer;
  },
);
