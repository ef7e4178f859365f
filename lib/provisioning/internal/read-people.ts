import { isGranted } from '@/lib/applications/scope';
import { Prisma, type User } from '@/lib/db/generated/client';
import { fromRow, runStatement } from '@/lib/db/statement';

/** A person with what an application makes of them. */
export interface PersonInApplication {
  user: User;
  /** Whether something lets them in, whatever their own state. */
  granted: boolean;
  /** The application username that somebody typed. */
  typed: string | null;
  /** The manager's account over there. */
  managerAccountId: string | null;
}

/** These people as an application has them, in one statement; who is not there any more is left out. */
export async function readPeople(applicationId: string, userIds: readonly string[]): Promise<PersonInApplication[]> {
  const sql = Prisma.sql`
    SELECT u.*, ${isGranted(applicationId)} AS "isGranted", own.application_username AS "typedUsername", m.remote_id AS "managerAccount"
    FROM users u
    LEFT JOIN application_users own ON own.application_id = ${applicationId}::uuid AND own.user_id = u.id
    LEFT JOIN user_links m ON m.application_id = ${applicationId}::uuid AND m.user_id = u.manager_id
    WHERE u.id = ANY (${[...userIds]}::uuid[])`;
  const rows = await runStatement<Record<string, unknown>>({ name: 'read-people', text: sql.text }, sql.values);
  return rows.map(({ isGranted: granted, typedUsername, managerAccount, ...row }) => ({
    user: fromRow<User>(row),
    granted: granted === true,
    typed: typedUsername as string | null,
    managerAccountId: managerAccount as string | null,
  }));
}
