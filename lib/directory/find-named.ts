import { AppError } from '@/lib/core/errors';
import { storedName } from '@/lib/core/fold-name';
import { db } from '@/lib/db/client';

export interface Named {
  id: string;
  username: string;
  email: string;
  displayName: string;
  hasPassword: boolean;
  deletedAt: Date | null;
}

/**
 * The one person whom somebody on the machine names, by username, e-mail address or id.
 * @throws AppError `not_found`, `conflict`: several have the name, or who has it is deleted
 */
export async function requireNamed(typed: string): Promise<Named> {
  const name = typed.trim();
  const folded = storedName(name);
  const rows = await db.$queryRaw<Named[]>`
    SELECT id, username, email, display_name AS "displayName", password_hash IS NOT NULL AS "hasPassword", deleted_at AS "deletedAt" FROM users
    WHERE purged_at IS NULL
      AND (username_folded = ${folded} OR email_folded = ${folded} OR id::text = ${name.toLowerCase()})
    ORDER BY deleted_at DESC NULLS FIRST, id LIMIT 20`;
  const present = rows.filter((row) => !row.deletedAt);
  const [only, another] = present;
  if (only && !another) return only;
  if (only) {
    const all = present.map(({ displayName, email, id }) => `  ${displayName}, ${email}, ${id}`);
    throw new AppError('conflict', `${present.length} people are called ${typed}:\n${all.join('\n')}`, {
      hint: 'Name one of them by the id.',
    });
  }
  const [deleted] = rows;
  if (deleted?.deletedAt) {
    const on = deleted.deletedAt.toISOString().slice(0, 10);
    throw new AppError('conflict', `${deleted.displayName} (${deleted.username}) was deleted on ${on}.`, {
      hint: 'An administrator can restore the person for 30 days; to get back in, make somebody else an administrator.',
    });
  }
  throw new AppError('not_found', `Nobody has the username or e-mail address ${typed}.`, {
    hint: 'Usernames are listed in the console under Users.',
  });
}
