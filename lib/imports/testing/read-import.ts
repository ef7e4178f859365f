import { db } from '@/lib/db/client';
import { findConnection } from '@/lib/provisioning/connection';
import { storeAccounts } from '@/lib/provisioning/store-accounts';
import type { ScimResource } from '@/lib/scim/path';
import { fetchAccounts } from '../fetch-accounts';

/** An import of an application whose accounts are these, read and matched, without anybody asking over a network. @param begun one that was started already @returns its id */
export async function readImport(
  applicationId: string,
  accounts: readonly ScimResource[],
  begun?: string,
): Promise<string> {
  const connection = await findConnection(applicationId);
  if (!connection) throw new Error('There is no connection.');
  await storeAccounts(connection, accounts, new Date());
  // Everything is read: what is left of fetching is to match.
  const read = { cursor: null, fetched: accounts.length };
  const { id } = begun
    ? await db.import.update({ where: { id: begun }, data: read })
    : await db.import.create({ data: { applicationId, startedByName: 'somebody', ...read } });
  await db.$executeRaw`
    INSERT INTO import_rows (import_id, remote_id, user_name, email, display_name, firstname, lastname, active, match)
    SELECT ${id}::uuid, remote_id, user_name, email, display_name, firstname, lastname, active, 'none'
    FROM remote_accounts WHERE application_id = ${applicationId}::uuid`;
  await fetchAccounts(id);
  return id;
}
