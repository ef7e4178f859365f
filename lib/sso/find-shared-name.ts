import type { Standing } from '@/lib/applications/standings';
import {
  areNobodyElses,
  describeHolders,
  findNameHolders,
  type KeptNames,
  type NameHolder,
  type Wanted,
} from '@/lib/applications/username-conflicts';
import { AppError } from '@/lib/core/errors';
import { storedName } from '@/lib/core/fold-name';
import type { IssuedNameId } from '@/lib/saml/match-subject';
import { nameIdFormats } from '@/lib/saml/schema';
import type { Provider } from './provider';

const opaqueFormats: readonly string[] = [nameIdFormats.persistent, nameIdFormats.transient];

/**
 * Whether an assertion would go out under a name that is somebody else's in the application as well: the application
 * username, or the NameID where that is made of something else. It is refused to both, whoever comes first, because nobody
 * can tell whose account it would be. A NameID that is made for the person alone (transient, persistent) is nobody else's.
 * @param nameId as it is about to be sent
 * @param kept what is known of the person's names: who else has them is asked only where that does not tell
 * @returns the refusal, AppError `conflict`; the others are named in `details.told`, which is for administrators
 */
export async function findSharedName(
  { application, draft, namings, unfitNameId }: Provider,
  { user, applicationUsername: username }: Standing,
  { value: nameId, format }: IssuedNameId,
  kept: KeptNames,
): Promise<AppError | undefined> {
  // What is made for the person alone is not made of the source.
  const isOpaque = !draft.legacyNameId && opaqueFormats.includes(format);
  const unfit = isOpaque ? undefined : unfitNameId;
  if (unfit) {
    return new AppError('conflict', `Nobody can be signed in to ${application.displayLabel} as it is set up.`, {
      hint: 'Ask your administrator to choose what the SAMLSubject NameID is made from on the SSO tab.',
      details: { told: unfit },
    });
  }
  const byUsername: Wanted = {
    userId: user.id,
    naming: namings.username,
    name: storedName(username),
  };
  const naming = isOpaque ? undefined : namings.nameId;
  const byNameId = naming && { userId: user.id, naming, name: storedName(nameId.trim()) };
  if (areNobodyElses(kept, byUsername, byNameId)) return undefined;
  const wanted = byNameId ? [byUsername, byNameId] : [byUsername];
  const holders = (await findNameHolders(application, wanted)).get(user.id);
  return holders && shared(application.displayLabel, username, isOpaque ? username : nameId, holders);
}

function shared(label: string, username: string, nameId: string, holders: readonly NameHolder[]): AppError {
  const names = username === nameId ? username : `${username}” or NameID “${nameId}`;
  return new AppError(
    'conflict',
    `You and somebody else have one name in ${label}, so that neither can be signed in.`,
    {
      hint: 'Ask your administrator: one of the two needs another application username.',
      details: { told: describeHolders(names, holders) },
    },
  );
}
