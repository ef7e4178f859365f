import { defineCommand } from '@/lib/events/command';
import { holdIdpKeys, missing } from './idp-keys';
import { ssoRefSchema } from './schema';

/**
 * Signs with the next key pair from now on. The one before stays, so that there is a way back; one that was kept for that until now goes.
 * @throws AppError `not_found`; `conflict` where none was announced
 */
export const switchIdpKey = defineCommand(
  { id: 'switchIdpKey', permission: 'sso.write', input: ssoRefSchema, event: 'sso_certificate' },
  async (tx, draft, { applicationId }) => {
    const { answer, keys } = await holdIdpKeys(tx, draft, applicationId);
    const { current, next, retired } = keys;
    if (!next) return missing('next certificate to switch to', 'Generate one first, and give it to the application.');
    if (retired) await tx.idpKey.delete({ where: { id: retired.id } });
    if (current) await tx.idpKey.update({ where: { id: current.id }, data: { state: 'retired' } });
    await tx.idpKey.update({ where: { id: next.id }, data: { state: 'current' } });
    draft.message = `Signs with ${next.fingerprint} from now on.`;
    return answer;
  },
);

/**
 * Signs with the key pair before the last switch again; the present one is announced as the next, in place of one that was.
 * @throws AppError `not_found`; `conflict` where there is none to go back to
 */
export const revertIdpKey = defineCommand(
  { id: 'revertIdpKey', permission: 'sso.write', input: ssoRefSchema, event: 'sso_certificate' },
  async (tx, draft, { applicationId }) => {
    const { answer, keys } = await holdIdpKeys(tx, draft, applicationId);
    const { current, next, retired } = keys;
    if (!retired) return missing('earlier certificate to go back to', 'Generate the next one instead.');
    if (next) await tx.idpKey.delete({ where: { id: next.id } });
    if (current) await tx.idpKey.update({ where: { id: current.id }, data: { state: 'next' } });
    await tx.idpKey.update({ where: { id: retired.id }, data: { state: 'current' } });
    draft.message = `Signs with ${retired.fingerprint} again${next ? `; ${next.fingerprint} was discarded` : ''}.`;
    return answer;
  },
);
