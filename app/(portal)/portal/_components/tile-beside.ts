type Place = Pick<DOMRect, 'left' | 'top'>;

/**
 * Where an arrow leads from a tile, in however many columns they stand, and however far the last row reaches.
 * @param from -1: from the search above them, where down leads to the first
 * @returns the place among them; -1: the search; undefined: nowhere, the key has its own meaning
 */
export function tileBeside(places: readonly Place[], from: number, key: string): number | undefined {
  if (from < 0) return key === 'ArrowDown' && places.length > 0 ? 0 : undefined;
  if (key === 'ArrowRight') return from + 1 < places.length ? from + 1 : undefined;
  if (key === 'ArrowLeft') return from > 0 ? from - 1 : undefined;
  const here = places[from];
  if (!here || (key !== 'ArrowDown' && key !== 'ArrowUp')) return undefined;
  const isBeyond = key === 'ArrowDown' ? (top: number) => top > here.top : (top: number) => top < here.top;
  const rows = places.filter(({ top }) => isBeyond(top)).map(({ top }) => top);
  if (rows.length === 0) return key === 'ArrowUp' ? -1 : undefined;
  const row = key === 'ArrowDown' ? Math.min(...rows) : Math.max(...rows);
  const distance = (place: Place) => Math.abs(place.left - here.left);
  return places.reduce<number | undefined>((best, place, index) => {
    if (place.top !== row) return best;
    const before = best === undefined ? undefined : places[best];
    return before && distance(before) <= distance(place) ? best : index;
  }, undefined);
}
