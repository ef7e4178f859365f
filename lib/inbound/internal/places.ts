/** How long a place is remembered, in milliseconds, and how many are. */
const rememberedMs = 10 * 60_000;
const most = 1_000;

/** Where a list is read on. */
interface Place {
  /** Of the last one before it. */
  id: string;
  /** How many there were when its first page was read. */
  total: number;
}

const places = new Map<string, Place & { at: number }>();

/**
 * Where a list is read on: pages are asked for by their number, and counting up to there would cost more with each. Of this
 * process alone; whoever is not remembered is counted. So nobody is passed over when somebody before was deleted meanwhile.
 * @param list which list, of whom @param index the first of the next page
 */
export function rememberPlace(list: string, index: number, place: Place): void {
  const key = `${list} ${index}`;
  places.delete(key);
  places.set(key, { ...place, at: performance.now() });
  const [oldest] = places.keys();
  if (places.size > most && oldest !== undefined) places.delete(oldest);
}

/** The place where a page begins; undefined: not remembered. */
export function placeOf(list: string, index: number): Place | undefined {
  const place = places.get(`${list} ${index}`);
  return place && performance.now() - place.at < rememberedMs ? place : undefined;
}
