import type { Verdict } from './verdict';

/** Whom failures are to blame on: the account that they are about, or, when nothing else comes back, the connection. */
export interface Blame {
  /** How often something was carried out. */
  readonly successes: number;
  /** Something was carried out: whatever failed before is the fault of what it was about. */
  succeeded(): void;
  /** Something was read: the server is there, whatever it lets be written. */
  answered(): void;
  /**
   * The verdict on a failure, which becomes one on the whole connection when it is the fifth in a row and the third account
   * that it happens to; after a rest, when it is the first: so a server that is down is asked once at the end of each.
   * @param subject the link's id
   */
  consider(verdict: Verdict, subject: string): Verdict;
}

const fewest = { failures: 5, subjects: 3 };
/** What is refused to everybody needs a person; a server that fails for everybody may recover by itself. */
const ofEverybody: { [code: string]: 'quarantine' | 'back_off' } = {
  Forbidden: 'quarantine',
  ...{ Unavailable: 'back_off', Unreachable: 'back_off', Timeout: 'back_off', NotScim: 'back_off' },
};

const known = new Map<string, Blame>();

/** The blame of one application, kept for the life of the process. */
export function blameOf(applicationId: string): Blame {
  const found = known.get(applicationId) ?? createBlame();
  known.set(applicationId, found);
  return found;
}

export function createBlame(): Blame {
  let successes = 0;
  let hasRested = false;
  const inARow = { quarantine: new Row(), back_off: new Row() };
  const answered = () => {
    hasRested = false;
    inARow.back_off.end();
  };
  return {
    get successes() {
      return successes;
    },
    answered,
    succeeded() {
      successes += 1;
      answered();
      inARow.quarantine.end();
    },
    consider(verdict, subject) {
      if (verdict.connection === 'back_off') hasRested = true;
      const connection = ofEverybody[verdict.code];
      if (!connection || verdict.connection !== 'fine') return verdict;
      const isEverybodys = inARow[connection].add(subject) || (hasRested && connection === 'back_off');
      if (!isEverybodys) return verdict;
      inARow[connection].end();
      hasRested ||= connection === 'back_off';
      return { ...verdict, connection, link: 'later' };
    },
  };
}

/** Failures with nothing else in between. */
class Row {
  #failures = 0;
  readonly #subjects = new Set<string>();

  /** @returns whether so many are no chance any more */
  add(subject: string): boolean {
    this.#failures += 1;
    // Three are enough to know.
    if (this.#subjects.size < fewest.subjects) this.#subjects.add(subject);
    return this.#failures >= fewest.failures && this.#subjects.size >= fewest.subjects;
  }

  end(): void {
    this.#failures = 0;
    this.#subjects.clear();
  }
}
