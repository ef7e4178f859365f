/** What nobody sees and what changes no meaning: zero-width spaces, soft hyphens, variation selectors, fillers. */
const ignorable = /\p{Default_Ignorable_Code_Point}/gu;

/**
 * The form in which two names are the same name: Unicode's NFKC_Casefold (compatibility forms become one, full case
 * folding, what is ignorable goes), so `Ärzte` = `ärzte`, `Straße` = `STRASSE`, `ａｎａ` = `ana`. Letters of different scripts that
 * only look alike stay different. Pure, and the same on every machine and in every locale. Only ever compared, never shown.
 */
export function foldName(text: string): string {
  const plain = text.normalize('NFKC').replace(ignorable, '');
  return Array.from(plain, foldCase).join('').normalize('NFKC');
}

/**
 * Full case folding of one character by the engine's case mappings: there and back again meets every form that has the
 * same upper case. Only the dotless ı would meet i that way, which folding leaves apart. One character at a time, because
 * the lower case of Σ depends on what stands beside it.
 */
function foldCase(character: string): string {
  return character === 'ı' ? character : character.toLowerCase().toUpperCase().toLowerCase();
}
