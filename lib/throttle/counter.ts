/** How many failures are let through: `most` at once, and as many more as decay, which is half of them every half-life. */
export interface Budget {
  /** 2 or more. */
  most: number;
  halfLifeSeconds: number;
}

/** Where failures are counted: about a subject, from a source. Both are short texts; see the model in the schema. */
export interface Counter {
  subject: string;
  source: string;
  budget: Budget;
}

/** The source of what counts wherever it comes from. */
export const anywhere = '';

/** The subject of what counts whatever it was about. */
export const anything = 'address';
