import type { Verdict } from './verdict';

/** Whom failures are to blame on: the account that they are about, or, when nothing else comes back, the connection. */
export interface Blame {
  /** How often something was carried out. */
  readonly successes: number;
  /** Something was carried out: whatever failed before is the fault of what it was about. */
  succeeded(): void;
  /**
   * The verdict on a failure, which becomes one on the whole connection when it is the fifth in a row and the third account
   * that it happens to. @param subject the link's id
   */
  consider(verdict: Verdict, subject: string): Verdict;
}

const fewest = { failures: 5, subjects: 3 };
/** What is refused to everybody needs a person; a server that fails for everybody may recover by itself. */
const ofEverybody: { [code: string]: Verdict['connection'] } = { Forbidden: 'quarantine', Unavailable: 'back_off' };

const known = new Map<string, Blame>();

/** The blame of one application, kept for the life of the process. */
export function blameOf(applicationId: string): Blame {
  const found = known.get(applicationId) ?? createBlame();
  known.set(applicationId, found);
  return found;
}

export function createBlame(): Blame {
  let failures = 0;
  let successes = 0;
  const subjects = new Set<string>();
  const forget = () => {
    failures = 0;
    subjects.clear();
  };
  return {
    get successes() {
      return successes;
    },
    succeeded() {
      successes += 1;
      forget();
    },
    consider(verdict, subject) {
      const connection = ofEverybody[verdict.code];
      if (!connection || verdict.connection !== 'fine') return verdict;
      failures += 1;
      // Three are enough to know.
      if (subjects.size < fewest.subjects) subjects.add(subject);
      if (failures < fewest.failures || subjects.size < fewest.subjects) return verdict;
      forget();
      return { ...verdict, connection, link: 'later' };
    },
  };
}
