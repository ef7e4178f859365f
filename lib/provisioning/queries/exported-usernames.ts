import { everyPage } from '@/lib/core/every-page';
import { listAssignments } from './links';

/** Rows of a page that is read at once. */
const atOnce = 200;

/** A line of the file that usernames are typed by: what it says of who has none typed is left empty, so that nothing is typed by it. */
export interface ExportedUsername {
  person: string;
  applicationUsername: string;
  /** For who reads it; not looked at when it comes back. */
  byFormat: string;
  overThere: string;
}

export const exportedUsernameColumns = ['person', 'applicationUsername', 'byFormat', 'overThere'] as const;

/** The people of an application with their usernames, by name, page by page. @throws AppError `not_found` */
export async function* eachUsernamePage(applicationId: string): AsyncGenerator<ExportedUsername[], void, void> {
  for await (const page of everyPage((cursor) => listAssignments(applicationId, { cursor }, atOnce))) {
    yield page
      .filter(({ userStatus }) => userStatus !== 'deleted')
      .map(({ email, typedUsername, applicationUsername, computedUsername, accountUsername }) => ({
        person: email,
        applicationUsername: typedUsername ? applicationUsername : '',
        byFormat: computedUsername,
        overThere: accountUsername ?? '',
      }));
  }
}
