/** A text of somebody else as PostgreSQL can hold it, cut: without NUL, and without halves of characters. */
export function storable(text: string, most = 2_000): string {
  return Buffer.from(text.slice(0, most).replaceAll('\0', '\ufffd'), 'utf8').toString('utf8');
}
