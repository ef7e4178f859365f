import type { SsoDraft } from '@/lib/applications/schema';
import { grantedUsers } from '@/lib/applications/scope';
import { readStandings } from '@/lib/applications/standings';
import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import { findProperty } from '@/lib/mappings/source';
import { isMailAddress } from '@/lib/saml/mail-address';
import { nameIdFormats } from '@/lib/saml/schema';
import { describePerson } from './describe-person';
import { invalid } from './resolve-settings';
import type { SsoProblem } from './schema';

/** People whose NameID is looked at before a format is saved. */
const sampleSize = 25;

/**
 * What keeps the NameID format from being what it says: a format that nothing here can be named in, or addresses that are
 * none for most people. Who alone has no address is told at the sign-in.
 */
export async function checkNameId(
  tx: Tx,
  application: { id: string; usernameFormat: string },
  draft: SsoDraft,
): Promise<SsoProblem[]> {
  const { nameIdFormat, nameIdSource, legacyNameId } = draft;
  if (legacyNameId) return [];
  if (!(Object.values(nameIdFormats) as string[]).includes(nameIdFormat)) {
    return [invalid('settings.nameIdFormat', 'No person here has such a name. Choose another format.')];
  }
  if (nameIdFormat !== nameIdFormats.emailAddress) return [];
  const property = nameIdSource.kind === 'property' ? findProperty('user', nameIdSource.source)?.name : undefined;
  if (property === 'email') return [];
  const sample = await sampleNames(tx, application, nameIdSource);
  const unfit = sample.filter(({ name }) => !isMailAddress(name));
  const isNever = property !== undefined && !mayBeAddress.includes(property);
  if (!isNever && unfit.length * 2 <= sample.length) return [];
  const message = `In the format emailAddress it has to be an e-mail address${exampleOf(unfit[0])}. Choose Company Email, or another format.`;
  return [invalid('settings.nameIdSource.source', message)];
}

/** Properties that are names somewhere and e-mail addresses elsewhere. */
const mayBeAddress = ['username', 'applicationUsername', 'userPrincipalName'];

function exampleOf(unfit: { username: string; name: string } | undefined): string {
  if (!unfit) return '';
  return `; for ${unfit.username} it would be ${unfit.name === '' ? 'empty' : `"${unfit.name.slice(0, 100)}"`}`;
}

/** What NameID would be for some people, those who have access first. */
async function sampleNames(
  tx: Tx,
  application: { id: string; usernameFormat: string },
  nameIdSource: SsoDraft['nameIdSource'],
): Promise<{ username: string; name: string }[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM users WHERE status = 'active' AND deleted_at IS NULL
    ORDER BY (id IN (${grantedUsers(application.id)})) DESC, id LIMIT ${sampleSize}`;
  const asked = { applications: [application], userIds: rows.map((row) => row.id) };
  const people = await readStandings(tx, asked, now());
  return people
    .sort((one, other) => (one.user.id < other.user.id ? -1 : 1))
    .map((standing) => {
      const subject = { ...standing, groupNames: [] };
      const { sourceName } = describePerson({ attributeStatements: [] }, nameIdSource, subject, now());
      return { username: standing.user.username, name: sourceName };
    });
}

/**
 * Names as they were made before formats had a meaning are kept, not begun: they end with another format, or when told to.
 * @throws AppError `invalid_input` where somebody wants to begin them
 */
export function keepLegacyNameId(before: SsoDraft, wanted: SsoDraft): SsoDraft {
  if (!wanted.legacyNameId) return wanted;
  if (!before.legacyNameId) {
    throw new AppError('invalid_input', 'Names as they were made before cannot be begun, only kept.', {
      field: 'settings.legacyNameId',
      hint: 'To send a name of your choice, use the format unspecified.',
    });
  }
  return { ...wanted, legacyNameId: wanted.nameIdFormat === before.nameIdFormat };
}
