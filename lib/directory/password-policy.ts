import { AppError } from '@/lib/core/errors';
import type { User } from '@/lib/db/generated/client';
import { passwordSchema } from './schema';

/** Whose password it is to be: what they are called makes bad passwords. */
export type PasswordOwner = Pick<User, 'username' | 'email' | 'firstname' | 'lastname' | 'displayName'> & {
  company?: string | null;
};

/** Guesses that a password has to withstand, as powers of ten: an estimate, far from where random ones begin (16). */
const fewestGuesses = 9;
/** Beyond doubt, whatever the letters alone would be. */
const plentyOfGuesses = 30;
/** Enough for its letters alone, where those are most of it: one word stays one word with digits around it. */
const fewestGuessesOfLetters = 5;

/** A password is judged by its beginning: what withstands so many guesses there is no worse for what follows. */
const judgedCharacters = 48;

const tooEasy = {
  own: 'Your own name or address, your company’s name or Latchkey’s makes up most of this password.',
  repeated: 'This password repeats itself.',
  row: 'This password follows the alphabet, the numbers or the keyboard.',
  common: 'This password, or one much like it, is among those that are tried first.',
} as const;
type Reason = keyof typeof tooEasy;

/**
 * The one judge of passwords, asked wherever one is set (NIST SP 800-63B, 3.1.1.2): long enough, and neither common nor
 * made of the person's own names, of a sequence or of a repetition; compared without case and accents, reversed,
 * spelled with digits and signs, and with something around it.
 * @param field of the form, where the refusal is shown
 * @throws AppError `invalid_input` that says what is wrong
 */
export async function assertAcceptablePassword(
  password: string,
  owner: PasswordOwner,
  field = 'password',
): Promise<void> {
  const parsed = passwordSchema.safeParse(password);
  if (!parsed.success) {
    throw new AppError('invalid_input', parsed.error.issues[0]?.message ?? 'This is no password.', { field });
  }
  const reason = await whyTooEasy(fold(password), ownWords(owner));
  if (!reason) return;
  throw new AppError('invalid_input', tooEasy[reason], {
    field,
    hint: 'Take a few words that have nothing to do with each other.',
  });
}

async function whyTooEasy(password: string, own: readonly string[]): Promise<Reason | undefined> {
  if (covered(password, own) * 2 > password.length) return 'own';
  estimator ??= loadEstimator();
  const { check } = await estimator;
  const whole = check(password, own);
  if (whole.guessesLog10 < fewestGuesses) return reasonOf(whole.sequence);
  const letters = password.replace(/\P{L}/gu, '');
  if (whole.guessesLog10 > plentyOfGuesses || letters.length * 2 <= password.length) return undefined;
  const words = check(letters, own);
  return words.guessesLog10 < fewestGuessesOfLetters ? reasonOf(words.sequence) : undefined;
}

/** By the longest part of the password that was recognized. */
function reasonOf(sequence: readonly { pattern: string; token: string; dictionaryName?: string }[]): Reason {
  const known = sequence.filter(({ pattern }) => pattern !== 'bruteforce' && pattern !== 'separator');
  const [longest] = known.toSorted((a, b) => b.token.length - a.token.length);
  if (longest?.dictionaryName === 'userInputs') return 'own';
  if (longest?.pattern === 'repeat') return 'repeated';
  return longest?.pattern === 'sequence' || longest?.pattern === 'spatial' ? 'row' : 'common';
}

/** As it is compared: without case, accents and widths of characters. */
function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

/** What the person, the company and the product are called, whole and in parts; of three characters and more. */
function ownWords(owner: PasswordOwner): string[] {
  const [local = '', host = ''] = owner.email.split('@');
  const names = [owner.username, local, owner.firstname, owner.lastname, owner.displayName, owner.company ?? ''];
  const all = [...names, ...host.split('.').slice(0, -1), 'latchkey'].map(fold);
  const parts = all.flatMap((name) => [name, name.replace(/[^\p{L}\p{N}]/gu, ''), ...name.split(/[^\p{L}\p{N}]+/u)]);
  return [...new Set(parts)].filter((part) => part.length >= 3);
}

/** How many characters belong to one of the words, forwards or backwards. */
function covered(text: string, words: readonly string[]): number {
  const marks = new Set<number>();
  for (const word of words.flatMap((forwards) => [forwards, [...forwards].reverse().join('')])) {
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
      for (let index = at; index < at + word.length; index += 1) marks.add(index);
    }
  }
  return marks.size;
}

type Estimator = Awaited<ReturnType<typeof loadEstimator>>;
let estimator: Promise<Estimator> | undefined;

/** The lists take 30 MB of memory: they are read when the first password is set, not when the process starts. */
async function loadEstimator() {
  const [{ ZxcvbnFactory }, common, english] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
    import('@zxcvbn-ts/language-en'),
  ]);
  const {
    'commonWords-en': words,
    'wikipedia-en': terms,
    'firstnames-en': firstnames,
    'lastnames-en': lastnames,
    ...sequences
  } = english.dictionary;
  // One list is looked through faster than four; with that, and these limits, a password takes some 30 ms at most.
  const largest = [...new Set([...words, ...terms, ...firstnames, ...lastnames])];
  const zxcvbn = new ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...sequences, largest },
    graphs: common.adjacencyGraphs,
    maxLength: judgedCharacters,
    l33tMaxSubstitutions: 20,
  });
  return { check: (password: string, own: readonly string[]) => zxcvbn.check(password, [...own]) };
}
