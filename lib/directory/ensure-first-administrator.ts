import { hashPassword } from '@/lib/crypto/password';
import { randomToken } from '@/lib/crypto/tokens';
import { db, transaction } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { findUserByName } from './find-user-by-name';
import { assertNamesFree } from './internal/taken-names';
import { userTarget } from './internal/users';

export interface FirstAdministrator {
  email: string;
  username: string;
  /** Present when it was generated just now: to be printed once, it is stored nowhere. */
  password?: string;
}

/**
 * Makes an administrator where the directory has none yet: `LATCHKEY_ADMIN_EMAIL` (admin@localhost.localdomain unless
 * told) with `LATCHKEY_ADMIN_PASSWORD` (generated unless told). Safe to call from several processes at once.
 * @returns undefined when there already is somebody who administers
 * @throws AppError `already_exists` where the address is the name of somebody else
 */
export async function ensureFirstAdministrator(): Promise<FirstAdministrator | undefined> {
  if (await hasAdministrator()) return undefined;
  const email = (process.env.LATCHKEY_ADMIN_EMAIL || 'admin@localhost.localdomain').trim().toLowerCase();
  const given = process.env.LATCHKEY_ADMIN_PASSWORD || undefined;
  const password = given ?? randomToken(15);
  const passwordHash = await hashPassword(password);
  const prefix = email.split('@')[0] || 'admin';
  return transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('latchkey.first-administrator'))`;
    if ((await tx.user.count({ where: { role: 'administrator', deletedAt: null } })) > 0) return undefined;
    // Somebody who administers nothing may have the short name; the address is nobody else's, or the start says whose.
    const username = (await findUserByName(prefix, tx)) ? email : prefix;
    await assertNamesFree(tx, { username, email });
    const user = await tx.user.create({
      data: {
        username,
        email,
        firstname: 'First',
        lastname: 'Administrator',
        displayName: 'First Administrator',
        role: 'administrator',
        passwordHash,
      },
    });
    await recordEvents(tx, [{ name: 'user_create', actor: systemActor, target: userTarget(user) }]);
    return { email, username, ...(given ? {} : { password }) };
  });
}

async function hasAdministrator(): Promise<boolean> {
  return (await db.user.count({ where: { role: 'administrator', deletedAt: null } })) > 0;
}
