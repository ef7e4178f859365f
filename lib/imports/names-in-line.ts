/** The first names of many. @param count how many there are in all */
export function inOneLine(names: readonly string[], count: number): string {
  const more = count - names.length;
  return names.join(', ') + (more > 0 ? `, and ${more.toLocaleString('en')} more` : '');
}
