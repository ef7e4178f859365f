import { AppError } from '@/lib/core/errors';
import { hashPassword } from '@/lib/crypto/password';
import { randomToken } from '@/lib/crypto/tokens';
import { db, transaction } from '@/lib/db/client';
import { findUserByName } from '@/lib/directory/find-user-by-name';
import { assertAcceptablePassword, type PasswordOwner } from '@/lib/directory/password-policy';
import { assertNamesFree } from '@/lib/directory/taken-names';
import { userTarget } from '@/lib/directory/user-target';
import { systemActor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';

export interface FirstAdministrator {
  email: string;
  username: string;
  /** Present when it was generated just now: to be printed once, it is stored nowhere. */
  password?: string;
}

/**
 * Makes an administrator where the directory has none yet: `LATCHKEY_ADMIN_EMAIL` (admin@localhost.localdomain unless
 * told) with `LATCHKEY_ADMIN_PASSWORD` (generated unless told, and then to be changed at the first sign-in). Safe to call
 * from several processes at once.
 * @returns undefined when there already is somebody who administers
 * @throws AppError `already_exists` where the address is the name of somebody else; `invalid_input` when the given password
 * is one that nobody may choose
 */
export async function ensureFirstAdministrator(): Promise<FirstAdministrator | undefined> {
  if (await hasAdministrator()) return undefined;
  const email = (process.env.LATCHKEY_ADMIN_EMAIL || 'admin@localhost.localdomain').trim().toLowerCase();
  const given = process.env.LATCHKEY_ADMIN_PASSWORD || undefined;
  const password = given ?? randomToken(15);
  const prefix = email.split('@')[0] || 'admin';
  const person = {
    email,
    firstname: 'First',
    lastname: 'Administrator',
    displayName: 'First Administrator',
  };
  if (given) await checkGiven(given, { ...person, username: prefix });
  const passwordHash = await hashPassword(password);
  return transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('latchkey.first-administrator'))`;
    if ((await tx.user.count({ where: { role: 'administrator', deletedAt: null } })) > 0) return undefined;
    // Somebody who administers nothing may have the short name; the address is nobody else's, or the start says whose.
    const username = (await findUserByName(prefix, tx)) ? email : prefix;
    await assertNamesFree(tx, { username, email });
    const user = await tx.user.create({
      // A printed password stays in logs and scrollbacks. One that the operator gave is a secret of theirs already, and is
      // given where nobody is there to change it.
      data: { ...person, username, role: 'administrator', passwordHash, mustChangePassword: !given },
    });
    await recordEvents(tx, [{ name: 'user_create', actor: systemActor, target: userTarget(user) }]);
    return { email, username, ...(given ? {} : { password }) };
  });
}

async function checkGiven(password: string, person: PasswordOwner): Promise<void> {
  try {
    await assertAcceptablePassword(password, person);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const message = `LATCHKEY_ADMIN_PASSWORD cannot be used: ${error.message} ${error.hint ?? ''}`.trim();
    throw new AppError('invalid_input', message);
  }
}

async function hasAdministrator(): Promise<boolean> {
  return (await db.user.count({ where: { role: 'administrator', deletedAt: null } })) > 0;
}
