import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import { usernameFormats } from '@/lib/mappings/username-format';
import { nameIdFormats } from '@/lib/saml/schema';
import { storedSsoSchema } from './schema';

/**
 * Refuses a username format that is no e-mail address where active SSO sends the application username as one (NameID format
 * emailAddress): nobody could sign in. What an expression gives is told at the sign-in.
 * @throws AppError `invalid_input` (usernameFormat)
 */
export async function checkMailNames(
  tx: Tx,
  application: { id: string; ssoStatus: string },
  usernameFormat: string,
): Promise<void> {
  const named = usernameFormats.find(({ id }) => id === usernameFormat);
  if (application.ssoStatus !== 'active' || !named || named.id === 'email') return;
  const row = await tx.ssoSettings.findUnique({ where: { applicationId: application.id }, select: { settings: true } });
  if (!row) return;
  const { nameIdFormat, nameIdSource, legacyNameId } = storedSsoSchema.parse(row.settings);
  const sendsAddress = nameIdFormat === nameIdFormats.emailAddress && !legacyNameId;
  if (!sendsAddress || nameIdSource.source !== 'applicationUsername') return;
  throw new AppError(
    'invalid_input',
    `People are named to this application by an e-mail address; "${named.label}" is none.`,
    {
      field: 'usernameFormat',
      hint: 'On the SSO tab, make NameID of Company Email, or choose another NameID format, first.',
    },
  );
}
