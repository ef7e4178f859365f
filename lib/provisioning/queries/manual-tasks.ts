import { getTemplate } from '@/lib/applications/catalogue/templates';
import { AppError } from '@/lib/core/errors';
import { everyPage } from '@/lib/core/every-page';
import type { Page } from '@/lib/core/pagination';
import { boundedCount, type Counted } from '@/lib/db/bounded-count';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { type Keyed, readPage } from '@/lib/db/keyset';
import type { ManualTaskFilter } from '../schema';

/** What somebody has to do in the application for one person's account. */
export interface ManualTaskRow {
  id: string;
  userId: string;
  name: string;
  /** As the application knows them. */
  username: string;
  title: string;
  /** Why, and what to do. */
  text: string;
  createdAt: Date;
  doneAt: Date | null;
  /** Who ticked it off, as they were called then. */
  doneBy: string | null;
}

const isOpen = (applicationId: string) => Prisma.sql`t.application_id = ${applicationId}::uuid AND t.done_at IS NULL`;
const ofPeople = Prisma.sql`JOIN users u ON u.id = t.user_id AND u.deleted_at IS NULL`;

/** The oldest first. Of people who are deleted nothing is to be done any more. @throws AppError `not_found` */
export async function listManualTasks(
  applicationId: string,
  { state, cursor }: ManualTaskFilter & { cursor?: string | undefined },
  limit: number,
): Promise<Page<ManualTaskRow>> {
  const application = await db.application.findUnique({ where: { id: applicationId }, select: { templateId: true } });
  if (!application) throw new AppError('not_found', 'This application does not exist any more.');
  const part = {
    where:
      state === 'open'
        ? isOpen(applicationId)
        : Prisma.sql`t.application_id = ${applicationId}::uuid AND t.done_at IS NOT NULL`,
    columns: [
      { sql: Prisma.sql`t.created_at`, type: 'timestamptz' as const },
      { sql: Prisma.sql`t.id`, type: 'uuid' as const },
    ],
  };
  type Row = Omit<ManualTaskRow, 'title' | 'text'> & { taskId: string };
  const page = await readPage(
    part,
    { cursor, limit },
    ({ key, after, order, take }) => db.$queryRaw<(Row & Keyed)[]>`
      SELECT t.id, u.id AS "userId", u.display_name AS name, coalesce(l.last_sent ->> 'userName', u.username) AS username,
        t.task_id AS "taskId", t.created_at AS "createdAt", t.done_at AS "doneAt", t.done_by AS "doneBy", ${key}
      FROM manual_tasks t ${ofPeople} LEFT JOIN user_links l ON l.application_id = t.application_id AND l.user_id = t.user_id
      WHERE ${after} ORDER BY ${order} LIMIT ${take}`,
  );
  const tasks = getTemplate(application.templateId).scim?.manualTasks ?? [];
  return {
    ...page,
    items: page.items.map(({ taskId, ...row }) => {
      const task = tasks.find(({ id }) => id === taskId);
      return { ...row, title: task?.title ?? taskId, text: task?.text.replaceAll('{username}', row.username) ?? '' };
    }),
  };
}

export const exportedTaskColumns = [
  ...(['name', 'username', 'title', 'text', 'createdAt', 'doneAt', 'doneBy', 'id', 'userId'] as const),
] satisfies (keyof ManualTaskRow)[];

/** All of them, page by page, for a file. @throws AppError `not_found` */
export function eachTaskPage(
  applicationId: string,
  { state }: ManualTaskFilter,
): AsyncGenerator<ManualTaskRow[], void, void> {
  return everyPage((cursor) => listManualTasks(applicationId, { state, cursor }, 500));
}

/** How many are open. */
export function countManualTasks(applicationId: string): Promise<Counted> {
  return boundedCount(db, Prisma.sql`manual_tasks t ${ofPeople} WHERE ${isOpen(applicationId)}`);
}
