/** Single-character edits between two short texts; two neighbours in the wrong order count as one. */
function distance(left: string, right: string): number {
  let earlier: number[] = [];
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const same = left[i - 1] === right[j - 1] ? 0 : 1;
      const swapped = left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      const swap = swapped ? (earlier[j - 2] ?? Number.POSITIVE_INFINITY) + 1 : Number.POSITIVE_INFINITY;
      next.push(Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + same, swap));
    }
    [earlier, row] = [row, next];
  }
  return row[right.length] ?? 0;
}

/** ` Did you mean X?` for the nearest name, or nothing where none is near. */
export function suggestion(typed: string, names: Iterable<string>): string {
  const wanted = typed.slice(0, 100).toLowerCase();
  let best: string | undefined;
  let least = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const name of names) {
    const edits = distance(wanted, name.toLowerCase());
    if (edits < least) [best, least] = [name, edits];
  }
  return best === undefined ? '' : ` Did you mean ${best}?`;
}
