import { db } from '@/lib/db/client';
import { inAnotherBrowser, referenceOf } from './begin';
import { openLogout } from './carry-logout';
import { gaveNoAnswer, takesNoPart } from './go-on';

/** One application that somebody was signed in to. */
export interface LoggedOut {
  id: string;
  application: string;
  /** Undefined: signed out. Otherwise why not, in words for the person. */
  problem: string | undefined;
  /** When the session there ends by itself; null: nobody said. */
  endsAt: Date | null;
}

export interface LogoutView {
  /** For whoever helps: it stands in the events. */
  reference: string;
  /** What came of it: first what is still open. */
  applications: LoggedOut[];
  /** Path of this origin to go on at after signing in again. */
  returnTo: string | null;
}

/** For how long the page says more than that somebody is signed out, in milliseconds. */
const toldMs = 60 * 60_000;

/** What came of a logout, for the page at its end. @param sealed as it stands in the address @returns undefined for none, and for an old one */
export async function describeLogout(sealed: string): Promise<LogoutView | undefined> {
  const id = openLogout(sealed);
  const logout = id && (await db.logout.findUnique({ where: { id } }));
  if (!logout || Date.now() - logout.createdAt.getTime() > toldMs) return undefined;
  const rows = await db.samlSession.findMany({
    where: { logoutId: logout.id },
    orderBy: { createdAt: 'asc' },
    take: 200,
    select: {
      applicationId: true,
      endedAt: true,
      askedAt: true,
      refusal: true,
      endsAt: true,
      application: { select: { displayLabel: true } },
    },
  });
  const applications = new Map<string, LoggedOut>();
  for (const row of rows) {
    const known = applications.get(row.applicationId);
    if (known?.problem) continue;
    const problem = row.endedAt ? undefined : inWords(row.refusal ?? (row.askedAt ? gaveNoAnswer : takesNoPart));
    const { applicationId: id } = row;
    applications.set(id, { id, application: row.application.displayLabel, problem, endsAt: row.endsAt });
  }
  const all = [...applications.values()];
  return {
    reference: referenceOf(logout.id),
    applications: [...all.filter(({ problem }) => problem), ...all.filter(({ problem }) => !problem)],
    returnTo: logout.returnTo,
  };
}

/** A reason as the person reads it; what a service provider answered is for administrators. */
function inWords(reason: string): string {
  if (reason === takesNoPart) return 'It cannot be signed out of from here.';
  if (reason === inAnotherBrowser) return 'It is open in another browser.';
  if (reason === gaveNoAnswer) return 'It gave no answer.';
  return 'It did not end your session.';
}

/** A session at an application whose session here is over. */
export interface OpenAtApplication {
  /** SessionIndex. */
  sessionId: string;
  /** Of the application. */
  id: string;
  displayLabel: string;
  since: Date;
  /** When it ends by itself. */
  endsAt: Date | null;
  /** The application takes LogoutRequests: the browser is sent there when it comes here again. */
  isTold: boolean;
  /** When it was asked to end it; null: it was not. */
  askedAt: Date | null;
  /** Why it is open, where that is known. */
  refusal: string | null;
}

/** Rows that are shown of one person. */
const mostShown = 50;

/** Where somebody may be signed in although the session here is over: nobody could tell the application, or it did not do as it was told. The latest first. */
export async function listOpenAtApplications(userId: string): Promise<OpenAtApplication[]> {
  return db.$queryRaw<OpenAtApplication[]>`
    SELECT h.session_index AS "sessionId", a.id, a.display_label AS "displayLabel", h.created_at AS since, h.ends_at AS "endsAt", h.asked_at AS "askedAt", h.refusal,
      coalesce(s.settings->>'logoutUrl', '') <> '' AS "isTold"
    FROM sessions i JOIN saml_sessions h ON h.session_id = i.id JOIN applications a ON a.id = h.application_id
    JOIN sso_settings s ON s.application_id = a.id
    WHERE i.user_id = ${userId}::uuid AND i.revoked_at IS NOT NULL AND h.ended_at IS NULL AND h.ends_at > ${new Date()}
    ORDER BY h.created_at DESC LIMIT ${mostShown}`;
}
