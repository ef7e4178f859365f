/** What nobody sees and what changes no meaning: zero-width spaces, soft hyphens, variation selectors, fillers. */
const ignorable = /\p{Default_Ignorable_Code_Point}/gu;
const ascii = /^[ -~]*$/;

/**
 * The form in which two names are the same name: Unicode's NFKC_Casefold (compatibility forms become one, full case
 * folding, what is ignorable goes), so `Ärzte` = `ärzte`, `Straße` = `STRASSE`, `ａｎａ` = `ana`. Letters of different scripts that
 * only look alike stay different. Pure, and the same on every machine and in every locale. Only ever compared, never shown.
 */
export function foldName(text: string): string {
  if (ascii.test(text)) return text.toLowerCase();
  const plain = text.normalize('NFKC').replace(ignorable, '');
  return Array.from(plain, foldCase).join('').normalize('NFKC');
}

/** More does not fit into an index (2,704 bytes): longer names are one name where they begin alike. */
const longestStored = 600;

/**
 * {@link foldName} as it is stored and looked up: at most 600 characters, without what PostgreSQL takes for no text, and
 * not empty because all of it is ignorable.
 */
export function storedName(text: string): string {
  return (foldName(text) || text).slice(0, longestStored).replace(/[\0\p{Cs}]/gu, '');
}

/** By its number: a letter beyond Latin-1 doubles what V8 takes for the file that Next bundles this into. */
const dotlessI = String.fromCharCode(0x131);

/**
 * Full case folding of one character by the engine's case mappings: there and back again meets every form that has the
 * same upper case. Only the dotless ı would meet i that way, which folding leaves apart. One character at a time, because
 * the lower case of Σ depends on what stands beside it.
 */
function foldCase(character: string): string {
  return character === dotlessI ? character : character.toLowerCase().toUpperCase().toLowerCase();
}
