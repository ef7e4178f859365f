import { everyPage } from '@/lib/core/every-page';
import { listImportRows } from './queries';
import { type ImportFilter, isLinking } from './schema';

/** One account of an import as it stands in a file. */
export interface ExportedImportRow {
  result: string;
  decision: string | null;
  name: string;
  userName: string;
  email: string | null;
  accountId: string;
  active: boolean;
  match: string;
  matchedBy: string;
  person: string | null;
  personUsername: string | null;
  code: string | null;
  message: string | null;
  hint: string | null;
}

/** Columns of the CSV. */
export const exportedImportColumns = [
  'result',
  'decision',
  'name',
  'userName',
  'email',
  'accountId',
  'active',
  'match',
  'matchedBy',
  'person',
  'personUsername',
  'code',
  'message',
  'hint',
] as const satisfies readonly (keyof ExportedImportRow)[];

const pageSize = 500;

/** Everything of an import that a filter leaves, page by page. @throws AppError `not_found` */
export async function* eachImportPage(
  importId: string,
  filter: ImportFilter,
): AsyncGenerator<ExportedImportRow[], void, void> {
  for await (const page of everyPage((cursor) => listImportRows(importId, { ...filter, cursor }, pageSize))) {
    yield page.map(({ decision, person, error, ...row }) => {
      const theirs = isLinking(decision) || row.state === 'done' || row.match === 'imported' ? person : null;
      return {
        result: row.state,
        decision,
        name: row.name,
        userName: row.userName,
        email: row.email,
        accountId: row.remoteId,
        active: row.active,
        match: row.match,
        matchedBy: row.matchedBy.join(', '),
        person: theirs?.displayName ?? null,
        personUsername: theirs?.username ?? null,
        code: error?.code ?? null,
        message: error?.message ?? null,
        hint: error?.hint ?? null,
      };
    });
  }
}
