import { AppError } from '@/lib/core/errors';
import { foldName } from '@/lib/core/fold-name';
import type { Tx } from '@/lib/db/client';
import type { Actor } from '@/lib/events/actor';
import { type Authority, findAuthority } from '@/lib/tokens/authority';

/** The name by which one person signs in to one application, as somebody wants it to be. */
export interface Naming {
  user: { id: string; displayName: string };
  application: { displayLabel: string };
  /** Where the person gets another name than now; null: none, or the one that the format makes. */
  otherName?: { from: string | null; to: string | null };
}

/** Whoever answers for it: who asks, and who chose it before. */
type Answering = Pick<Actor, 'id' | 'tokenId'>;

/**
 * The one rule about accounts and the names that come with them. A person's application username is their NameID: whoever
 * is linked to the account `global-admin`, or is given its name, signs in as global-admin. Therefore:
 *
 * 1. Nobody decides it for themselves, whatever their role. A token acts as the person whose it is; one of the installation
 *    is nobody, and so is the product itself.
 * 2. Only administrators give anybody another name than the person has now. A link that leaves the name as it is, because
 *    the account is called the same, is for everybody who may import.
 *
 * It is asked wherever by hand a link comes to be or is taken back under management, an application username is typed, or
 * one's own properties would change one's own name; and again when what was chosen is carried out later, of everybody who
 * answers for it, as they are by then: somebody has to be an administrator, and nobody the person themselves.
 *
 * It is not asked of the engine, of a username format and of mappings: those say the same of all people by what the directory
 * holds of them, and administrators set them, on record. That is also how an only administrator gets an account of her own.
 * @throws AppError `forbidden`
 */
export async function assertMayName(tx: Tx, answering: readonly Answering[], naming: Naming): Promise<void> {
  const authorities: Authority[] = [];
  for (const one of answering) authorities.push(await findAuthority(tx, one));
  const refusal = refusalOf(authorities, naming);
  if (refusal) throw refusal;
}

/** The rule itself, where it is known already who answers. Pure. */
export function refusalOf(authorities: readonly Authority[], naming: Naming): AppError | undefined {
  const { user, otherName } = naming;
  if (authorities.some(({ personId }) => personId === user.id)) {
    const what = otherName ? `${wordsFor(naming, otherName)}: nobody` : 'Nobody';
    return new AppError('forbidden', `${what} gives themselves an account, or the name by which they sign in.`, {
      hint: authorities.some(mayGiveOtherNames)
        ? 'Ask another administrator. Where there is none: a token made on the machine (npm run token) is nobody in particular.'
        : 'Ask an administrator.',
    });
  }
  if (authorities.every(({ role }) => role === null)) {
    return new AppError('forbidden', 'Nobody who asked for it is active any more.', { hint: 'Choose it once more.' });
  }
  if (!otherName || authorities.some(mayGiveOtherNames)) return undefined;
  return new AppError('forbidden', `${wordsFor(naming, otherName)}: only administrators give people another name.`, {
    hint: 'Ask an administrator to choose this.',
  });
}

/** Whether somebody gives people other names than they have. */
export function mayGiveOtherNames({ role }: Authority): boolean {
  return role === 'administrator';
}

function wordsFor({ user, application }: Naming, { from, to }: NonNullable<Naming['otherName']>): string {
  return `${user.displayName} would sign in to ${application.displayLabel} as ${quoted(to)} and not as ${quoted(from)}`;
}

/** Null where no name is typed, empty where there is none. */
const quoted = (name: string | null) => (name === null ? 'its format says' : name ? `“${name}”` : 'nobody');

/** Whether two names are one, however they are written. */
export function isSameName(one: string, other: string): boolean {
  return foldName(one) === foldName(other);
}
