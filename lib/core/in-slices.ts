/** Items that are worked on without a break: some milliseconds of what the engine does for a person. */
const slice = 8;

/**
 * Maps many items in their order, and lets whatever else waits have its turn after each few: an answer that has come, and the
 * request that may leave for it, are not held up by hundreds of people being planned.
 */
export async function mapInSlices<T, U>(items: readonly T[], map: (item: T) => U): Promise<U[]> {
  const mapped: U[] = [];
  for (const [index, item] of items.entries()) {
    if (index > 0 && index % slice === 0) await new Promise((resolve) => setImmediate(resolve));
    mapped.push(map(item));
  }
  return mapped;
}
