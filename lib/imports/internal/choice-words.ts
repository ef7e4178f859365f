import type { ChoiceNeeded } from '../schema';

/** Why somebody has to choose, in words that name who and what. */
export function choiceOf(
  code: ChoiceNeeded['code'],
  userName: string,
  candidates: readonly { displayName: string; applicationUsername: string }[],
): ChoiceNeeded {
  const [person] = candidates;
  const name = person?.displayName ?? 'Somebody';
  const now = person?.applicationUsername;
  const words: Record<ChoiceNeeded['code'], string> = {
    other_username: `The account is called “${userName}”, but ${name} signs in as ${now ? `“${now}”` : 'nobody yet'}. Linked, ${name} would sign in as “${userName}”: an administrator has to choose that.`,
    name_only: `Only first and last name are those of ${name}. Linked, ${name} would sign in as “${userName}”.`,
    several_people: `${candidates.length} people match this account.`,
    several_accounts: `Other accounts match ${name}, too.`,
    has_account: `${name} has another account in this application.`,
  };
  return { code, message: words[code] };
}
