import { foldName } from '@/lib/core/fold-name';

interface Findable {
  displayLabel: string;
  description: string;
}

/** Accents too: whoever types "cafe" looks for "Café". */
const plain = (text: string) => foldName(text).normalize('NFD').replace(/\p{M}/gu, '');

/**
 * Tiles that have all the words in their name or description: names that begin with what was typed first, then names with a word
 * that does, then the rest; in the order given within each.
 */
export function findTiles<T extends Findable>(tiles: readonly T[], query: string): T[] {
  const typed = plain(query.trim());
  if (typed === '') return [...tiles];
  const words = typed.split(/\s+/);
  const found = tiles.flatMap((tile) => {
    const name = plain(tile.displayLabel);
    const all = `${name} ${plain(tile.description)}`;
    if (!words.every((word) => all.includes(word))) return [];
    const begins = name.startsWith(typed) ? 0 : ` ${name}`.includes(` ${typed}`) ? 1 : 2;
    return [{ tile, begins }];
  });
  return found.sort((one, other) => one.begins - other.begins).map(({ tile }) => tile);
}

/** Below that, everything is in sight anyway. */
const manyTiles = 9;
const recentTiles = 4;

/** Those that were used last, the latest first: none where all tiles are in sight. */
export function recentOf<T extends { usedAt: string | null }>(tiles: readonly T[]): T[] {
  if (tiles.length < manyTiles) return [];
  return tiles
    .filter(({ usedAt }) => usedAt !== null)
    .sort((one, other) => (other.usedAt ?? '').localeCompare(one.usedAt ?? ''))
    .slice(0, recentTiles);
}
