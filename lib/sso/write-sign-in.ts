import { insertFrom, runStatement, type Statement, toJsonRow } from '@/lib/db/statement';
import { seenBefore } from '@/lib/directory/live-session';
import type { EventDraft } from '@/lib/events/draft';
import { eventColumns, toRow } from '@/lib/events/record';
import type { IssuedNameId } from '@/lib/saml/match-subject';
import { rememberedMs } from './carry-request';

/** A session at the service provider: SessionIndex and SessionNotOnOrAfter. */
export interface HeldSession {
  sessionIndex: string;
  endsAt: Date;
}

export interface SignInToWrite {
  applicationId: string;
  /** Of the identity provider. */
  sessionId: string;
  /** When the password was given. */
  authenticatedAt: Date;
  /** Absent where the sign-in starts here. */
  requestId: string | undefined;
  nameId: string;
  /** All of it, as a LogoutRequest has to say it again. */
  issued: IssuedNameId;
  /** NameID is another one at each sign-in, and says nothing about whose session it is. */
  transient: boolean;
  /** What is begun where there is none to go on with. */
  begun: HeldSession;
  now: Date;
  event: EventDraft;
}

export type WrittenSignIn =
  /** The session is over, or was ended meanwhile. */
  | { outcome: 'ended' }
  /** The request was answered, in whichever process. */
  | { outcome: 'replayed' }
  | ({ outcome: 'answered' } & HeldSession);

interface Row {
  outcome: WrittenSignIn['outcome'];
  sessionIndex: string;
  endsAt: Date;
}

const { into, row } = insertFrom('events', eventColumns, '$12');

const statement: Statement = {
  name: 'write-sign-in',
  isOfSignIn: true,
  text: `WITH done AS MATERIALIZED (
      SELECT * FROM answer_sign_in($1::uuid, $2::uuid, $3::timestamptz, $4::text, $5::timestamptz, $6::text, $7::boolean, $8::text, $9::timestamptz,
        $10::timestamptz, $11::timestamptz, $13::jsonb)),
    told AS (${into} FROM done, ${row} WHERE done.outcome = 'answered')
    SELECT outcome, session_index AS "sessionIndex", ends_at AS "endsAt" FROM done`,
};

/**
 * Writes down that somebody signs in, in one statement, so all of it or nothing (migration 0170). The session here is locked: no assertion goes
 * out for one that is being ended. The request is noted, and refused where it was answered, whoever goes on with it at the same moment. The
 * session at the service provider goes on or begins: every sign-in there by one giving of the password is the same one (SAML Core
 * 2.7.2), so SessionIndex and SessionNotOnOrAfter stay; it never outlives the session here, and once it is over, or the password was given
 * again, the next sign-in begins another. And the event is written.
 */
export async function writeSignIn(input: SignInToWrite): Promise<WrittenSignIn> {
  const { applicationId, sessionId, authenticatedAt, requestId, nameId, transient, begun, now } = input;
  const [done] = await runStatement<Row>(statement, [
    ...[sessionId, applicationId, authenticatedAt, requestId ?? null, new Date(now.getTime() + rememberedMs)],
    ...[nameId, transient, begun.sessionIndex, begun.endsAt, now, seenBefore(now)],
    toJsonRow(toRow(input.event)),
    JSON.stringify(input.issued),
  ]);
  if (!done) return { outcome: 'ended' };
  return done;
}
