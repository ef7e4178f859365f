import type { ScimFailure } from '@/lib/scim/failure';

/** What a failure means for the link, for the whole connection, and for the attempt on record. */
export interface Verdict {
  /** Entra's reason code where there is one. */
  code: string;
  /** `gone`: the account is not there any more; `taken`: it exists already, look it up; `later`: try again after a pause. */
  link: 'gone' | 'taken' | 'later' | 'wait_for_change';
  connection: 'fine' | 'quarantine' | 'pause' | 'back_off';
  /** Milliseconds for `pause`, as the application asked. */
  pauseMs?: number;
  /** The request may have been carried out: look before repeating. */
  outcomeUnknown: boolean;
  /** What the application said, and what to do about it where that is known. */
  detail?: string;
}

const fine = { connection: 'fine', outcomeUnknown: false } as const;

/**
 * Judges a failed request. 401, and 403 on a whole collection, stop everything at once; Retry-After is obeyed to the letter; a server that
 * cannot be reached rests as a whole, instead of failing person by person. What may have happened to this request alone (an answer that
 * was cut off, a page of HTML, a 5xx) is its own trouble at first: whether it is everybody's is known by blame.ts.
 * @param action what was to be done with one account or group; `read` for a whole collection
 */
export function judge(failure: ScimFailure, action: string): Verdict {
  const { detail, hint } = failure;
  const verdict = classify(failure, action);
  // A page of a collection is about nobody: what keeps it from being read keeps everything.
  const connection =
    action === 'read' && verdict.link === 'later' && verdict.connection === 'fine' ? 'back_off' : verdict.connection;
  return { ...verdict, connection, detail: hint === undefined ? detail : `${withStop(detail)} ${hint}` };
}

function withStop(text: string): string {
  return /[.!?\u2026]$/.test(text) ? text : `${text}.`;
}

function classify(failure: ScimFailure, action: string): Verdict {
  switch (failure.kind) {
    case 'unauthorized':
      return { code: 'InvalidCredentials', link: 'later', connection: 'quarantine', outcomeUnknown: false };
    case 'forbidden':
      // Of one account: it may be protected. Whether it is everybody is known by blame.ts.
      if (action !== 'read') return { code: 'Forbidden', link: 'wait_for_change', ...fine };
      return { code: 'InvalidCredentials', link: 'later', connection: 'quarantine', outcomeUnknown: false };
    case 'rate_limited':
      return {
        code: 'TooManyRequests',
        link: 'later',
        connection: 'pause',
        pauseMs: failure.retryAfterMs ?? 30_000,
        outcomeUnknown: false,
      };
    case 'unavailable':
      if (failure.retryAfterMs !== undefined) {
        return {
          code: 'Unavailable',
          link: 'later',
          connection: 'pause',
          pauseMs: failure.retryAfterMs,
          outcomeUnknown: action === 'create',
        };
      }
      return { code: 'Unavailable', link: 'later', ...fine, outcomeUnknown: action === 'create' };
    case 'network':
      return {
        code: 'Unreachable',
        link: 'later',
        connection: isCutOff(failure) ? 'fine' : 'back_off',
        outcomeUnknown: false,
      };
    case 'unknown_outcome':
      return { code: 'Timeout', link: 'later', ...fine, outcomeUnknown: true };
    case 'not_scim':
      // 404 on a whole collection is a wrong base URL; a page of HTML may be of a proxy, and pass.
      return {
        code: 'NotScim',
        link: 'later',
        connection: failure.status === 404 || failure.status === 410 ? 'quarantine' : 'fine',
        outcomeUnknown: action === 'create',
      };
    case 'endless':
      return { code: 'EndlessList', link: 'later', connection: 'quarantine', outcomeUnknown: false };
    case 'ignored':
      return { code: 'StillActive', link: 'wait_for_change', ...fine };
    case 'withheld':
      return { code: 'MembersHidden', link: 'wait_for_change', ...fine };
    case 'not_found':
      return { code: 'AccountGone', link: 'gone', ...fine };
    case 'conflict':
      return { code: 'Conflict', link: action === 'create' ? 'taken' : 'wait_for_change', ...fine };
    default:
      return { code: 'Refused', link: 'wait_for_change', ...fine };
  }
}

/** Somebody was there, and did not answer to the end. */
function isCutOff({ cause }: ScimFailure): boolean {
  return cause === 'reset' || cause === 'timeout' || cause === 'invalid_response';
}

/** Of two verdicts on one connection, what becomes of it by both: it never rests for less than one of them asks for. */
export function worse(one: Verdict, other: Verdict): Verdict {
  const [graver, lesser] = gravity(other) > gravity(one) ? [other, one] : [one, other];
  const pauseMs = Math.max(graver.pauseMs ?? 0, lesser.pauseMs ?? 0);
  return graver.connection === 'pause' ? { ...graver, pauseMs } : graver;
}

function gravity({ connection }: Verdict): number {
  return ['fine', 'back_off', 'pause', 'quarantine'].indexOf(connection);
}

const firstRetryMs = 1_000;
const longestRetryMs = 60 * 60_000;

/** Exponential backoff with full jitter, from a second up to an hour. @param attempts failures so far, from 0 */
export function backoffMs(attempts: number, random: () => number = Math.random): number {
  const ceiling = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(attempts, 20));
  return Math.round(ceiling / 2 + (ceiling / 2) * random());
}
