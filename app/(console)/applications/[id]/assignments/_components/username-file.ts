import { maxTypedUsernames, maxUsernameFile, type WantedUsernameRow } from '@/lib/applications/schema';
import { csvLine, parseCsv, utf8Mark } from '@/lib/core/csv';
import { AppError } from '@/lib/core/errors';
import type { ReviewedRow } from '@/lib/provisioning/review-usernames';

export interface UsernameFile {
  rows: WantedUsernameRow[];
  /** Where each of the rows stands in the file. */
  lines: number[];
}

const personNames = ['person', 'email', 'username'];
const usernameNames = ['applicationusername'];

/**
 * People and their usernames of a file, by the titles of its columns; other columns are for whoever reads it.
 * @throws AppError `invalid_input`: too large, no such columns, no rows, too many of them
 */
export async function readUsernameFile(file: File): Promise<UsernameFile> {
  if (file.size > maxUsernameFile) throw refused(`The file is larger than ${maxUsernameFile / 1024} KiB.`);
  const [header, ...rows] = parseCsv(await file.text());
  const titles = header?.cells.map((title) => title.toLowerCase().replace(/[^a-z]/g, '')) ?? [];
  const column = (names: readonly string[]) => names.map((name) => titles.indexOf(name)).find((at) => at >= 0);
  const [person, username] = [column(personNames), column(usernameNames)];
  if (person === undefined || username === undefined) {
    throw refused('The first line has to name the columns: person (or email, or username), and applicationUsername.');
  }
  if (rows.length === 0) throw refused('There is no row below the titles of the columns.');
  if (rows.length > maxTypedUsernames) {
    throw refused(
      `It has ${rows.length.toLocaleString('en')} rows, and ${maxTypedUsernames.toLocaleString('en')} are taken at once.`,
    );
  }
  return {
    rows: rows.map(({ cells }) => ({ person: cells[person] ?? '', applicationUsername: cells[username] || null })),
    lines: rows.map(({ line }) => line),
  };
}

/** The rows that cannot be saved, as a file in the same columns: corrected, it is read again. */
export function problemFile(rows: readonly ReviewedRow[]): Blob {
  const lines = rows.flatMap(({ person, applicationUsername, problem }) =>
    problem ? [csvLine([person, applicationUsername, problem.message, problem.hint])] : [],
  );
  const header = csvLine(['person', 'applicationUsername', 'problem', 'howToMendIt']);
  return new Blob([utf8Mark, header, ...lines], { type: 'text/csv' });
}

const refused = (message: string) =>
  new AppError('invalid_input', message, { hint: 'Export CSV gives a file as it has to be.' });
