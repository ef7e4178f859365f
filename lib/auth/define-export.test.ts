import { expect, test } from 'vitest';
import { parseCsv } from '@/lib/core/csv';
import { everyPage } from '@/lib/core/every-page';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { exportedUserColumns, exportedUsers } from '@/lib/directory/export-users';
import { listUsers } from '@/lib/directory/list-users';
import { userFilterSchema } from '@/lib/directory/schema';
import { aPerson } from '@/lib/directory/testing/people';
import { startRowsExport } from '@/lib/events/export';

test('a file of people has everybody whom the filters leave, page by page in the order of the list, formulas made harmless, and can be given back', async () => {
  await emptyTables('users');
  const boss = await aPerson({ displayName: 'Zed Boss', department: 'Board' });
  for (const displayName of ['=HYPERLINK("x")', 'Ana "the", first', 'Bo']) {
    await aPerson({ displayName, department: 'Sales', managerId: boss.id });
  }
  await db.user.updateMany({ where: { department: 'Sales' }, data: { customAttributes: { badge: 'B-1' } } });
  const filter = userFilterSchema.parse({ department: 'Sales' });
  const sizes: number[] = [];
  async function* lines() {
    for await (const page of everyPage((cursor) => listUsers({ ...filter, cursor }, 2))) {
      sizes.push(page.length);
      yield await exportedUsers(page);
    }
  }
  const columns = await exportedUserColumns();
  const text = await new Response(await startRowsExport(lines(), columns, { format: 'csv', who: 'me' })).text();
  expect(sizes).toEqual([2, 1]);
  expect(text).toContain(`"'=HYPERLINK(""x"")"`);
  const [head, ...rows] = parseCsv(text).map(({ cells }) => cells);
  const of = (name: string) => rows.map((cells) => cells[head?.indexOf(name) ?? -1]);
  expect(of('displayName')).toEqual(['=HYPERLINK("x")', 'Ana "the", first', 'Bo']);
  expect(new Set(of('manager'))).toEqual(new Set([boss.username]));
  expect(new Set(of('badge'))).toEqual(new Set(['B-1']));
  expect(text).not.toMatch(/argon2|password/i);
});
