import type { SsoDraft } from '@/lib/applications/schema';
import { standingRecord } from '@/lib/applications/standings';
import type { SourceRecord } from '@/lib/mappings/source';
import { textsOf } from '@/lib/mappings/texts';
import type { AttributeStatement, SsoSettings } from '@/lib/saml/schema';
import type { AssertionAttribute } from '@/lib/saml/write-assertion';
import type { Subject } from './access';

/** What an assertion says of a person. */
export interface PersonStatement {
  /** What the settings make NameID of; empty where that gives nothing for this person. */
  sourceName: string;
  attributes: AssertionAttribute[];
}

/** What NameID is made of, and the attributes of one person for one application. Pure. */
export function describePerson(
  settings: Pick<SsoSettings, 'attributeStatements'>,
  nameIdSource: SsoDraft['nameIdSource'],
  subject: Subject,
  now: Date,
): PersonStatement {
  const source = { ...standingRecord(subject), groups: subject.groupNames };
  const [sourceName = ''] = textsOf(nameIdSource.kind, nameIdSource.source, source, now);
  return {
    sourceName,
    attributes: settings.attributeStatements.map((statement) => ({
      name: statement.name,
      nameFormat: statement.nameFormat,
      ...(statement.friendlyName ? { friendlyName: statement.friendlyName } : {}),
      values: attributeValues(statement, source, subject, now),
    })),
  };
}

function attributeValues(statement: AttributeStatement, source: SourceRecord, subject: Subject, now: Date): string[] {
  if (statement.sourceKind === 'constant') return [statement.source];
  if (statement.sourceKind === 'groups') {
    const names = statement.directGroups ? subject.directGroupNames : subject.groupNames;
    return (names ?? []).filter(groupFilter(statement.source));
  }
  return textsOf(statement.sourceKind, statement.source, source, now);
}

/** Include-filter over names: `*` as wildcard, several separated by commas, empty for all. Case does not matter. */
function groupFilter(filter: string): (name: string) => boolean {
  const patterns = filter
    .split(',')
    .map((part) => part.trim().toLowerCase())
    .filter((part) => part !== '');
  if (patterns.length === 0) return () => true;
  return (name) => patterns.some((pattern) => matchesWildcard(name.toLowerCase(), pattern));
}

/** Greedy match without regular expressions: linear in the text for each `*`. */
function matchesWildcard(text: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return text === first;
  const last = rest.pop() ?? '';
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
}
