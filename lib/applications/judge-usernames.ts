import { now } from '@/lib/core/clock';
import { storedName } from '@/lib/core/fold-name';
import type { Tx } from '@/lib/db/client';
import type { Application } from '@/lib/db/generated/client';
import type { Authority } from '@/lib/tokens/authority';
import { applicationUsername } from './application-username';
import { usernameNaming } from './naming';
import { refusalOf } from './naming-rule';
import { readSentUsername } from './sent-username';
import { readStandingsIn, type Standing } from './standings';
import { findUnclaimedAccounts, readAccountNames } from './username-accounts';
import { describeHolders, findNameHoldersIn, type NameHolder } from './username-conflicts';

/** An application username as somebody wants it typed; null: made by the format again. */
export interface WantedUsername {
  userId: string;
  applicationUsername: string | null;
}

/** Why a username is not typed for somebody. */
export interface UsernameProblem {
  code: 'forbidden' | 'invalid_input' | 'already_exists';
  message: string;
  hint: string;
}

/** What typing a username for one person would mean. */
export interface JudgedUsername {
  standing: Standing;
  typed: string | null;
  /** The application username then. */
  next: string;
  /** userName of their account over there, as it was last accepted or read; null: they have none. */
  account: string | null;
  /** userName that would be sent then; null: none is. */
  sent: string | null;
  /** An account over there that has that name already and belongs to nobody here, as it was last read. */
  found: string | null;
  problem: UsernameProblem | undefined;
}

/**
 * Judges usernames that are to be typed together, by everything that stands in the way of one: who may, the application's own rules,
 * SSO, under which an account may have to keep its name, and whose else the name is, among these people as well. A few statements,
 * however many they are. What the format gives to two people stands in no one's way: it is shown as such.
 * @param authorities of those who ask @returns by person; who is not in the directory is left out
 */
export async function judgeUsernames(
  tx: Tx,
  application: Application,
  wanted: readonly WantedUsername[],
  authorities: readonly Authority[],
): Promise<Map<string, JudgedUsername>> {
  const at = now();
  const userIds = wanted.map(({ userId }) => userId);
  const standings = await readStandingsIn(tx, application, { userIds }, at);
  const accounts = await readAccountNames(tx, application.id, userIds, 'sent');
  const sends = await readSentUsername(tx, application, at);
  const asked = wanted.flatMap(({ userId, applicationUsername: typed }) => {
    const standing = standings.get(userId);
    if (!standing) return [];
    const account = accounts.get(userId) ?? null;
    const next = applicationUsername(application.usernameFormat, standing.user, typed, at);
    return [{ standing, typed, next, account, sent: sends.of(standing.user, next, account !== null) }];
  });
  const naming = usernameNaming(application.usernameFormat);
  const named = asked.map(({ standing, typed, next }) => ({ userId: standing.user.id, typed, name: storedName(next) }));
  const typed = named.filter((one) => one.typed !== null);
  const holders = await findNameHoldersIn(
    tx,
    application,
    typed.map(({ userId, name }) => ({ userId, name, naming })),
  );
  const unclaimed = await findUnclaimedAccounts(
    tx,
    application.id,
    asked.flatMap(({ sent }) => (sent === null ? [] : [storedName(sent)])),
  );
  const given = new Map<string, string[]>();
  for (const { userId, name } of typed) given.set(name, [...(given.get(name) ?? []), userId]);
  const names = new Map(named.map(({ userId, name }) => [userId, name]));
  const problemOf = (one: (typeof asked)[number], found: string | null): UsernameProblem | undefined => {
    const { id, displayName } = one.standing.user;
    const change = { from: one.standing.typedUsername, to: one.typed };
    const refusal = refusalOf(authorities, { user: { id, displayName }, application, otherName: change });
    if (refusal) return problem('forbidden', refusal.message, refusal.hint ?? '');
    // What the name is not sent for has nothing to do with it.
    const before = sends.of(one.standing.user, one.standing.applicationUsername, one.account !== null);
    const concerns = one.sent !== null && (one.sent !== before || one.sent === one.typed);
    const broken = concerns && one.sent !== null ? sends.broken(one.sent, one.account) : undefined;
    if (broken) return problem('invalid_input', broken.message, broken.fix);
    if (one.typed === null) return undefined;
    const another = given.get(storedName(one.next))?.find((userId) => userId !== id);
    if (another) {
      const who = standings.get(another)?.user.displayName;
      return problem('already_exists', `${who} is given “${one.next}” as well.`, 'Give each person another one.');
    }
    // Whoever is given another name together with this one has theirs no more; their account has it until it is renamed.
    const stays = ({ byAccount, userId }: NameHolder) =>
      byAccount || (names.get(userId) ?? storedName(one.next)) === storedName(one.next);
    const others = (holders.get(id) ?? []).filter(stays);
    if (others.length > 0) {
      const hint = `In ${application.displayLabel}, sign-in and account go by it: give each person another one.`;
      return problem('already_exists', describeHolders(one.next, others), hint);
    }
    if (one.account === null || found === null || storedName(one.account) === storedName(found)) return undefined;
    const beside = `In ${application.displayLabel} there is an account “${found}” already, beside theirs.`;
    return problem('already_exists', beside, 'Rename or remove one of the two there, or type another username.');
  };
  return new Map(
    asked.map((one): [string, JudgedUsername] => {
      const found = (one.sent !== null && unclaimed.get(storedName(one.sent))) || null;
      return [one.standing.user.id, { ...one, found, problem: problemOf(one, found) }];
    }),
  );
}

const problem = (code: UsernameProblem['code'], message: string, hint: string): UsernameProblem => ({
  code,
  message,
  hint,
});
