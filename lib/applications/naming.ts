import { createHash } from 'node:crypto';
import { storedName } from '@/lib/core/fold-name';
import type { User } from '@/lib/db/generated/client';
import { isGenerated } from '@/lib/mappings/evaluate';
import { walkExpression } from '@/lib/mappings/expression';
import { ExpressionError } from '@/lib/mappings/expression-error';
import { parseExpression } from '@/lib/mappings/parser';
import { findProperty } from '@/lib/mappings/source';
import { textsOf } from '@/lib/mappings/texts';
import { usernameExpression } from '@/lib/mappings/username-format';
import { applicationUsername } from './application-username';
import type { SsoDraft } from './schema';
import { userRecord } from './source-record';

type NameIdSource = SsoDraft['nameIdSource'];

/** A way in which people are named; applications with the same one share what it gives. */
export interface Naming {
  /** A UUID made from all that follows. */
  id: string;
  format: string;
  /** Null: the application username, as the format gives it. */
  nameIdSource: NameIdSource | null;
  /** Set where NameID depends on the application username, which may be typed: the names are that application's own. */
  applicationId: string | null;
}

/** Raise it when the same person could be given another name by the same naming: all names are computed anew then. */
const version = 1;

/** Application usernames by a format; those that are typed aside. */
export function usernameNaming(format: string): Naming {
  return withId({ format: usernameExpression(format), nameIdSource: null, applicationId: null });
}

/**
 * How an application makes NameID of people; undefined where it is the application username, of which two people are
 * told by {@link usernameNaming} and by what is typed.
 */
export function nameIdNaming(
  application: { id: string; usernameFormat: string },
  nameIdSource: NameIdSource,
): Naming | undefined {
  const names = propertiesOf(nameIdSource);
  const isUsername = (name: string) => name === 'username' || name === 'applicationUsername';
  if (nameIdSource.kind === 'property' && names.every(isUsername)) return undefined;
  const { kind, source } = nameIdSource;
  const own = names.some((name) => isUsername(name) || name === 'userPrincipalName');
  return withId({
    format: own ? usernameExpression(application.usernameFormat) : '',
    nameIdSource: { kind, source },
    applicationId: own ? application.id : null,
  });
}

/** What a naming gives for a person, as it is compared; empty where it gives nothing. @param typed where it counts */
export function computeName(naming: Naming, user: User, typed: string | null, now: Date): string {
  const { nameIdSource, format, applicationId } = naming;
  const username = format === '' ? '' : applicationUsername(format, user, applicationId && typed, now);
  if (!nameIdSource) return storedName(username);
  const source = { ...userRecord(user, username, true), groups: [] };
  return storedName((textsOf(nameIdSource.kind, nameIdSource.source, source, now)[0] ?? '').trim());
}

/** Why NameID cannot be made of this, whoever it is; undefined: it can. */
export function unfitForNameId(nameIdSource: NameIdSource): string | undefined {
  if (propertiesOf(nameIdSource).some((name) => findProperty('user', name)?.multiValued)) {
    return 'User groups are those of many people. NameID is made of what one person has.';
  }
  const { kind, source } = nameIdSource;
  if (kind === 'property' || !mayDiffer(source)) return undefined;
  return 'NameID cannot be made from something that differs each time.';
}

function mayDiffer(source: string): boolean {
  try {
    return isGenerated(parseExpression(source));
  } catch (error) {
    if (error instanceof ExpressionError) return false;
    throw error;
  }
}

/** Properties of a person that a source names, by their canonical names. */
function propertiesOf({ kind, source }: NameIdSource): string[] {
  const canonical = (name: string) => findProperty('user', name)?.name ?? name;
  if (kind === 'property') return [canonical(source)];
  try {
    return [...walkExpression(parseExpression(source))].flatMap((node) =>
      node.type === 'property' ? [canonical(node.name)] : [],
    );
  } catch (error) {
    if (error instanceof ExpressionError) return [];
    throw error;
  }
}

function withId(naming: Omit<Naming, 'id'>): Naming {
  const { format, nameIdSource, applicationId } = naming;
  const text = JSON.stringify([version, format, nameIdSource?.kind, nameIdSource?.source, applicationId]);
  const hex = createHash('sha256').update(text).digest('hex');
  const id = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)];
  return { id: id.join('-'), ...naming };
}
