/** Replaces secrets in a text that will be stored or shown. */
export type Redact = (text: string) => string;

const replacement = '[redacted]';
/**
 * `"password": "…"` in JSON, however deep, also with words or a schema before it; an unfinished string at the end of a cut
 * body counts too.
 */
const passwords = /("[^"]*(?:password|client_secret|access_token|refresh_token)"\s*:\s*)"(?:[^"\\]|\\.)*(?:"|$)/gi;
/** The same as an operation of a PATCH: `"path": "password", "value": "…"`. */
const patchedPasswords = /("path"\s*:\s*"[^"]*password"\s*,\s*"value"\s*:\s*)"(?:[^"\\]|\\.)*(?:"|$)/gi;

/** Longer ones are looked for in pieces: a pattern of more would be too large. */
const mostCharacters = 256;
/** Of a piece: enough that hardly anything else begins like it. */
const startCharacters = 8;

/**
 * Redacts passwords, and the given secrets wherever a server or a URL repeats them, in whatever spelling: each of their
 * characters as it is, or as JSON, a URL or HTML escapes it, with or without need (`\/`, `\u002B`, `%2f`, `&#43;`).
 */
export function createRedactor(secrets: readonly string[]): Redact {
  // Longest first, so that a secret inside another one leaves no rest behind.
  const found = [...new Set(secrets)]
    .filter((secret) => secret !== '')
    .sort((left, right) => right.length - left.length)
    .flatMap(piecesOf)
    .map((piece) => ({
      // Sought first: to compile the pattern of the whole takes a tenth of a second, and most texts do not hold it.
      start: new RegExp(patternOf(piece.slice(0, startCharacters))),
      whole: new RegExp(patternOf(piece), 'g'),
    }));
  return (text) => {
    const cleaned = found.reduce(
      (rest, { start, whole }) => (start.test(rest) ? rest.replace(whole, replacement) : rest),
      text,
    );
    const redacted = `$1"${replacement}"`;
    return cleaned.replace(passwords, redacted).replace(patchedPasswords, redacted);
  };
}

/** Of one length, so that none is so short that it stands in every word. */
function piecesOf(secret: string): string[][] {
  const characters = Array.from(secret);
  const length = Math.ceil(characters.length / Math.ceil(characters.length / mostCharacters));
  return Array.from({ length: Math.ceil(characters.length / length) }, (_, at) =>
    characters.slice(at * length, (at + 1) * length),
  );
}

const names: Record<string, string> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos', ' ': 'nbsp' };

const patternOf = (characters: readonly string[]) => characters.map(spellingsOf).join('');

/** A pattern for one character in all its spellings. Backslashes may be doubled, where JSON stands in JSON. */
function spellingsOf(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  const code = character.codePointAt(0) ?? 0;
  const name = names[character];
  const octets = Array.from(Buffer.from(character), (octet) => `%${anyCase(hex(octet, 2))}`);
  return `(?:${[
    `\\\\{0,7}${literal(character)}`,
    units.map((unit) => `\\\\{1,8}u${anyCase(hex(unit, 4))}`).join(''),
    octets.join(''),
    `&#0*${code};`,
    `&#[xX]0*${anyCase(hex(code, 1))};`,
    ...(name === undefined ? [] : [`&${name};`]),
    ...(character === ' ' ? ['\\+'] : []),
  ].join('|')})`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

function anyCase(digits: string): string {
  return digits.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

function literal(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** Passwords in what is sent: what members of that name hold, and what operations of a PATCH put there. At most 20. */
export function passwordsIn(body: unknown): string[] {
  return [...new Set(collect(body))].filter((password) => password.length >= shortestPassword).slice(0, 20);
}

/** In shorter ones there is nothing to hide, and they would be found in every word. */
const shortestPassword = 4;

function* collect(value: unknown): Generator<string> {
  if (value === null || typeof value !== 'object') return;
  for (const [key, inner] of Object.entries(value)) {
    const isPassword =
      /password$/i.test(key) || (key === 'value' && 'path' in value && /password$/i.test(String(value.path)));
    if (isPassword) yield* textsIn(inner);
    else yield* collect(inner);
  }
}

function* textsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (value !== null && typeof value === 'object') for (const inner of Object.values(value)) yield* textsIn(inner);
}
