/** Who causes something: a signed-in person, or the product itself. */
export interface Actor {
  /** Null for the product itself. */
  id: string | null;
  /** The username as it is now: events keep it after the person is gone. */
  name: string;
  clientAddress: string | null;
}

/** The product itself: background work that nobody asked for by hand. */
export const systemActor: Actor = { id: null, name: 'Latchkey', clientAddress: null };
