/** A map of bounded size: of more than it keeps, the one that was used least lately is forgotten. */
export class LeastUsed<Key, Value> {
  // A map keeps the order in which keys were set: the first one was used least lately.
  readonly #kept = new Map<Key, Value>();

  /** @param most that are kept */
  constructor(readonly most: number) {}

  get(key: Key): Value | undefined {
    const value = this.#kept.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }

  set(key: Key, value: Value): void {
    this.#kept.delete(key);
    this.#kept.set(key, value);
    if (this.#kept.size <= this.most) return;
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined) this.#kept.delete(oldest);
  }

  delete(key: Key): void {
    this.#kept.delete(key);
  }
}
