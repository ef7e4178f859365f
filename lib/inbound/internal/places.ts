/** How long a place is remembered, in milliseconds, and how many are. */
const rememberedMs = 10 * 60_000;
const most = 1_000;

const places = new Map<string, { id: string; at: number }>();

/**
 * Where a list is read on: pages are asked for by their number, and counting up to there would cost more with each. Of this
 * process alone; whoever is not remembered is counted. So nobody is passed over when somebody before was deleted meanwhile.
 * @param list which list, of whom @param index the first of the next page @param id of the last one before it
 */
export function rememberPlace(list: string, index: number, id: string): void {
  const key = `${list} ${index}`;
  places.delete(key);
  places.set(key, { id, at: performance.now() });
  const [oldest] = places.keys();
  if (places.size > most && oldest !== undefined) places.delete(oldest);
}

/** The id after which a page begins; undefined: not remembered. */
export function placeOf(list: string, index: number): string | undefined {
  const place = places.get(`${list} ${index}`);
  return place && performance.now() - place.at < rememberedMs ? place.id : undefined;
}
