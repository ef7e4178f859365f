/** Who causes something: a signed-in person, a script with a token of the HTTP API, or the product itself. */
export interface Actor {
  /** The person's id; null for a token and for the product itself. */
  id: string | null;
  /** The username, or the token's label, as it is now: events keep it after the person or token is gone. */
  name: string;
  clientAddress: string | null;
  /** The token by which it was asked for. */
  tokenId?: string;
  /** Of a token: the person whose it is, as whom it acts where that matters; null: the installation's. */
  makerId?: string | null;
  /** The source (another directory) that pushes it by SCIM: what it owns, it may change. */
  sourceId?: string;
}

/** The person who acts, or whose token does; null for the installation's tokens and the product itself. */
export function personBehind(actor: Actor): string | null {
  return actor.id ?? actor.makerId ?? null;
}

/** The product itself: background work that nobody asked for by hand. */
export const systemActor: Actor = { id: null, name: 'Latchkey', clientAddress: null };
