import { storedName } from '@/lib/core/fold-name';
import { newId } from '@/lib/core/ids';
import { db } from '@/lib/db/client';
import type { User } from '@/lib/db/generated/client';
import { AnsweredBefore, type KeptAnswer } from '@/lib/db/kept-answer';
import { isUniqueViolation } from '@/lib/db/statement';
import { declareCommand } from '@/lib/events/command';
import { attemptAtOnce } from '@/lib/events/record';
import { changesBetween } from '@/lib/events/schema';
import { isSent, toMail } from '@/lib/mail/send-later';
import { payloadOf } from '@/lib/queue/enqueue';
import type { TaskName } from '@/lib/queue/tasks';
import { insertPerson } from './internal/insert-person';
import { passwordMail } from './internal/password-mail';
import { assertManager } from './internal/users';
import { drawLink, type IssuedLink } from './issue-activation-link';
import { createUserSchema } from './schema';
import { refuseTaken, takenMeanwhile } from './taken-names';
import { toColumns, type UserColumns } from './user-columns';
import { userTarget } from './user-target';

export type CreatedUser = User & { link: IssuedLink };

/**
 * Creates a person: active, password pending, with an activation link. One statement, for a person without a manager.
 * @param input `sendActivation` mails the link; it is returned in any case, to be copied
 * @param keep of a request with an Idempotency-Key: what is kept of the answer, written along with the person
 * @throws AppError `already_exists` at username or email, `invalid_input` at managerId; AnsweredBefore where the key was there
 */
export const createUser = declareCommand(
  { id: 'createUser', permission: 'users.write', input: createUserSchema, event: 'user_create' },
  (actor, input, keep?: (created: CreatedUser) => KeptAnswer): Promise<CreatedUser> => {
    const draft = { name: 'user_create', actor } as const;
    return attemptAtOnce(draft, async () => {
      const data = toColumns(input);
      await assertManager(db, undefined, data.managerId);
      const user = toUser(data);
      const { link, row } = drawLink(user);
      const created = { ...user, link };
      const mail = input.sendActivation ? toMail(passwordMail(user, link.url, false)) : undefined;
      const { made, taken } = await insertPerson({
        user: { ...user },
        link: row,
        event: { ...draft, target: userTarget(user), changes: changesBetween({}, withoutEmpty(data)) },
        mail,
        tasks: [
          task('directory-changed', payloadOf('directory-changed', { userIds: [user.id], groupIds: [] })),
          ...(mail && isSent() ? [task('send-mail', payloadOf('send-mail', { mailId: mail.id }))] : []),
        ],
        kept: keep?.(created),
      }).catch((error: unknown) => {
        throw isUniqueViolation(error) ? takenMeanwhile() : error;
      });
      if (taken) refuseTaken(data, taken);
      if (!made) throw new AnsweredBefore();
      return created;
    });
  },
);

const task = (name: TaskName, payload: string) => ({ name, payload });

/** The row as it will be. */
function toUser(data: UserColumns): User {
  const at = new Date();
  return {
    id: newId(),
    ...data,
    usernameFolded: storedName(data.username),
    emailFolded: storedName(data.email),
    status: 'active',
    passwordHash: null,
    mustChangePassword: false,
    lastSignInAt: null,
    importedFromId: null,
    sourceId: null,
    externalId: null,
    sourceActive: null,
    deletedAt: null,
    purgedAt: null,
    version: 1,
    createdAt: at,
    updatedAt: at,
  };
}

function withoutEmpty(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null));
}
