import { readStandings } from '@/lib/applications/standings';
import { now } from '@/lib/core/clock';
import type { ImportRowStateName } from '@/lib/core/states';
import { db } from '@/lib/db/client';
import type { ScimResource } from '@/lib/scim/path';
import { type ChoiceNeeded, type ImportDecision, isLinking, type RowError } from '../schema';
import { readImportSettings } from '../settings';
import type { ComparedAttribute } from '../taken-attributes';
import { compareWith, takenValues } from './account-values';
import { choiceOf } from './choice-words';
import { readTaking } from './read-taking';

export interface Candidate {
  id: string;
  displayName: string;
  username: string;
  email: string;
  /** By which the application knows them now: the NameID, unless another property is chosen for that. */
  applicationUsername: string;
  /** What the account says of them beside what is known here, attribute by attribute. */
  compared: ComparedAttribute[];
}

export interface ImportRowView {
  remoteId: string;
  userName: string;
  email: string | null;
  name: string;
  active: boolean;
  match: 'none' | 'exact' | 'partial' | 'ambiguous' | 'imported';
  matchedBy: string[];
  state: ImportRowStateName;
  decision: ImportDecision | null;
  /** Why somebody has to choose; null once it is decided. */
  choice: ChoiceNeeded | null;
  /** The person it is, or is to be linked to. */
  person: Candidate | null;
  /** Everybody it could be. */
  candidates: Candidate[];
  error: RowError | null;
  /** It is inactive in the application, and would be activated with a link to this person, who is in scope. */
  activates: boolean;
}

/** A row as it is read, with people by their ids. */
export type RawRow = Omit<ImportRowView, 'person' | 'candidates' | 'choice' | 'activates'> & {
  choiceReason: ChoiceNeeded['code'] | null;
  userId: string | null;
  candidateIds: string[];
  displayName: string | null;
  firstname: string | null;
  lastname: string | null;
};

interface Application {
  id: string;
  usernameFormat: string;
}

/** The rows of a page with the people they are or could be, each beside what the account says; three statements however many. */
export async function withPeople(application: Application, rows: readonly RawRow[]): Promise<ImportRowView[]> {
  const ids = [...new Set(rows.flatMap((row) => [...row.candidateIds, ...(row.userId ? [row.userId] : [])]))];
  const withSomebody = rows.filter((row) => row.candidateIds.length > 0 || row.userId).map((row) => row.remoteId);
  const [settings, standings, accounts] = await Promise.all([
    readImportSettings(application.id),
    readStandings(db, { applications: [application], userIds: ids }, now()),
    withSomebody.length === 0
      ? []
      : db.remoteAccount.findMany({
          where: { applicationId: application.id, remoteId: { in: withSomebody } },
          select: { remoteId: true, resource: true },
        }),
  ]);
  const taking = await readTaking(settings.mappings);
  const byId = new Map(standings.map((standing) => [standing.user.id, standing]));
  const resources = new Map(accounts.map(({ remoteId, resource }) => [remoteId, resource as ScimResource]));
  return rows.map(({ userId, candidateIds, choiceReason, firstname, lastname, displayName, ...row }) => {
    const account = { userName: row.userName, email: row.email, firstname, lastname, displayName };
    const taken = takenValues(account, resources.get(row.remoteId), taking);
    const view = (id: string): Candidate[] => {
      const standing = byId.get(id);
      if (!standing) return [];
      const { user, applicationUsername } = standing;
      const known = { id: user.id, displayName: user.displayName, username: user.username, email: user.email };
      return [{ ...known, applicationUsername, compared: compareWith(user, taken, taking) }];
    };
    const candidates = candidateIds.flatMap(view);
    const isOpen = row.decision === null && row.match !== 'imported' && row.state !== 'done';
    const linked = userId && isLinking(row.decision) && row.state === 'listed' ? byId.get(userId) : undefined;
    return {
      ...row,
      person: (userId && view(userId)[0]) || null,
      candidates,
      choice: isOpen && choiceReason ? choiceOf(choiceReason, row.userName, candidates) : null,
      activates: !row.active && linked !== undefined && linked.absence === null && !linked.filteredOut,
    };
  });
}
