import { ownAssignment, type StandingRow, standingColumns, toStanding } from '@/lib/applications/standings';
import { type KeptNames, keptNames } from '@/lib/applications/username-conflicts';
import { Prisma } from '@/lib/db/generated/client';
import { assembledOnce } from '@/lib/db/statement';
import { isLive, seenBefore } from '@/lib/directory/live-session';
import { nameIdFormats } from '@/lib/saml/schema';
import { getSettings } from '@/lib/settings/settings';
import { type Access, decideBy, partsFor, type SubjectPart } from './access';
import type { Caller, SignedIn } from './ask';
import type { CarriedRequest } from './carry-request';
import { getProvider, knownProvider, type Provider, providerVersion } from './provider';
import type { HeldSession } from './write-sign-in';

/** What the database knows of a sign-in, as it was at one moment. */
export interface SignInFacts {
  /** The request was answered already. */
  answered: boolean;
  session: SessionFacts | undefined;
}

/** Of who is signed in. */
export interface SessionFacts {
  signedIn: SignedIn;
  expiresAt: Date;
  lastSeenAt: Date;
  /** `lastSeenAt` is so long ago that it is to be written anew, and nobody has yet. */
  isStale: boolean;
  /** Whether the person may, by their standing. */
  access: Access;
  names: KeptNames;
  /** The latest session at the service provider that hangs on this one and is not over. */
  held: (HeldSession & { nameId: string }) | undefined;
  /** The transient name that the request asks for again was given to this session. */
  wasNamedSo: boolean;
}

export interface ReadSignIn<Kept extends CarriedRequest | undefined = CarriedRequest | undefined> {
  provider: Provider;
  /** What `receive` made of what came, by this very provider. @throws SamlError or AppError, what it refused */
  request: () => Kept;
  facts: SignInFacts;
}

/**
 * Reads everything that a sign-in asks the database: one statement, beside what this process knows of the application, which is read
 * anew where it was overtaken. Who is in the session, whether they may, and whether the request was answered are as they are now.
 * @param receive judges what came; it may be called again, with what is known anew. Pure
 * @throws AppError `not_found`
 */
export async function readSignIn<Kept extends CarriedRequest | undefined>(
  slug: string,
  caller: Caller | undefined,
  receive: (provider: Provider) => Kept,
): Promise<ReadSignIn<Kept>> {
  const known = await knownProvider(slug);
  const first = outcomeOf(() => receive(known));
  const row = await readRow(known, caller, first.value);
  if (row?.providerVersion === known.version) {
    return { provider: known, request: first.get, facts: await factsOf(row, known, caller) };
  }
  const provider = await getProvider(slug);
  const again = outcomeOf(() => receive(provider));
  const isSame = again.value?.request.id === first.value?.request.id && askedBy(provider) === askedBy(known);
  const current = isSame && row ? row : await readRow(provider, caller, again.value);
  if (!current) return readSignIn(slug, caller, receive);
  return { provider, request: again.get, facts: await factsOf(current, provider, caller) };
}

interface Row extends StandingRow {
  providerVersion: string;
  answered: boolean;
  sessionId: string | null;
  authenticatedAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
  revokedAt: Date | null;
  names: KeptNames;
  held: { sessionIndex: string; nameId: string; endsAt: string } | null;
  wasNamedSo: boolean;
}

const asked = ['slug', 'sessionId', 'requestId', 'transientName', 'nameId', 'username', 'now'] as const;

/** What only some sign-ins ask: who does not, has a statement without it, which is a third of what is asked. */
interface Wanted {
  parts: readonly SubjectPart[];
  /** NameID is made of something that names are kept of. */
  hasNaming: boolean;
  /** The request asks for a transient name. */
  isNamed: boolean;
}

const statementFor = (name: string, { parts, hasNaming, isNamed }: Wanted) =>
  assembledOnce<Row, (typeof asked)[number]>(
    name,
    asked,
    ({ slug, sessionId, requestId, transientName, nameId, username, now }) => Prisma.sql`
    SELECT ${providerVersion} AS "providerVersion",
      EXISTS (SELECT 1 FROM authn_requests r WHERE r.application_id = a.id AND r.request_id = ${requestId}) AS answered,
      i.id AS "sessionId", i.authenticated_at AS "authenticatedAt", i.last_seen_at AS "lastSeenAt", i.expires_at AS "expiresAt",
      i.revoked_at AS "revokedAt",
      ${keptNames(Prisma.sql`${username}::uuid`, hasNaming ? Prisma.sql`${nameId}::uuid` : undefined)} AS names,
      (SELECT json_build_object('sessionIndex', h.session_index, 'nameId', h.name_id, 'endsAt', h.ends_at) FROM saml_sessions h
        WHERE h.application_id = a.id AND h.session_id = i.id AND h.created_at >= i.authenticated_at AND h.ends_at > ${now}::timestamptz
        ORDER BY h.created_at DESC LIMIT 1) AS held,
      ${isNamed ? Prisma.sql`EXISTS (SELECT 1 FROM saml_sessions h WHERE h.application_id = a.id AND h.session_id = i.id AND h.name_id = ${transientName})` : Prisma.sql`false`} AS "wasNamedSo",
      ${standingColumns(parts, false)}
    FROM applications a JOIN sso_settings s ON s.application_id = a.id
    LEFT JOIN sessions i ON i.id = ${sessionId}::uuid LEFT JOIN users u ON u.id = i.user_id
    ${ownAssignment}
    WHERE a.slug = ${slug}`,
    { isOfSignIn: true },
  );

const statements = new Map<string, ReturnType<typeof statementFor>>();

function statementOf(wanted: Wanted): ReturnType<typeof statementFor> {
  const name = [
    'sign-in',
    ...wanted.parts.slice(1),
    wanted.hasNaming ? 'naming' : '',
    wanted.isNamed ? 'named' : '',
  ].join('-');
  const made = statements.get(name) ?? statementFor(name, wanted);
  statements.set(name, made);
  return made;
}

/** What is read of the person beside what is always read. */
function partsOf({ resolved }: Provider): readonly SubjectPart[] {
  return resolved.ok ? partsFor(resolved.settings) : ['groupNames'];
}

/** What is asked because of the settings: a row that was read by others answers something else. */
function askedBy(provider: Provider): string {
  const { username, nameId } = provider.namings;
  return [username.id, nameId?.id, ...partsOf(provider)].join(' ');
}

async function readRow(
  provider: Provider,
  caller: Caller | undefined,
  kept: CarriedRequest | undefined,
): Promise<Row | undefined> {
  const subject = kept?.request.subject;
  const { username, nameId } = provider.namings;
  const isNamed = subject?.format === nameIdFormats.transient;
  const [row] = await statementOf({ parts: partsOf(provider), hasNaming: nameId !== undefined, isNamed })({
    slug: provider.application.slug,
    sessionId: caller?.sessionId ?? null,
    requestId: kept?.request.id ?? null,
    transientName: isNamed ? subject.value : null,
    nameId: nameId?.id,
    username: username.id,
    now: new Date(),
  });
  return row;
}

async function factsOf(row: Row, provider: Provider, caller: Caller | undefined): Promise<SignInFacts> {
  return { answered: row.answered, session: await sessionOf(row, provider, caller) };
}

/** Whoever has to choose a password first counts as not signed in: the sign-in page leads them there, and back. */
async function sessionOf(row: Row, provider: Provider, caller: Caller | undefined): Promise<SessionFacts | undefined> {
  if (row.sessionId === null) return undefined;
  // Real time: the service provider judges the assertion by its own clock.
  const at = new Date();
  const { sessionIdleMinutes } = await getSettings();
  const { authenticatedAt, lastSeenAt, expiresAt, revokedAt, held } = row;
  if (!isLive({ lastSeenAt, expiresAt, revokedAt }, sessionIdleMinutes, at)) return undefined;
  const standing = toStanding(row, partsOf(provider), provider.application.usernameFormat, at);
  if (standing.user.mustChangePassword) return undefined;
  const { id: userId, username } = standing.user;
  const actor = { id: userId, name: username, clientAddress: caller?.clientAddress ?? null };
  return {
    signedIn: { sessionId: row.sessionId, userId, authenticatedAt, actor },
    ...{ expiresAt, lastSeenAt, isStale: lastSeenAt < seenBefore(at) },
    access: decideBy(standing),
    names: row.names,
    held: held ? { ...held, endsAt: new Date(held.endsAt) } : undefined,
    wasNamedSo: row.wasNamedSo,
  };
}

/** What a function gave or threw, to be known before it is told. */
function outcomeOf<T>(work: () => T): { value: T | undefined; get: () => T } {
  try {
    const value = work();
    return { value, get: () => value };
  } catch (error) {
    return {
      value: undefined,
      get: () => {
        throw error;
      },
    };
  }
}
