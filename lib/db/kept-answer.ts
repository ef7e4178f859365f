/** A row of idempotency_keys, for a command that writes it in the statement of its change. */
export interface KeptAnswer {
  tokenId: string;
  key: string;
  requestHash: string;
  /** Sealed. */
  answerSealed: string;
}

/** The key was there: nothing was done, and the answer that was given then stands beside it. */
export class AnsweredBefore extends Error {
  override name = 'AnsweredBefore';
}
