import { beforeEach, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { aPerson } from '@/lib/directory/testing/people';

beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'namings', 'stale_names');
});

/** Names that are kept as shared and are not, or are and are not kept. */
const wrong = () => db.$queryRaw<unknown[]>`
  SELECT * FROM (SELECT naming_id, name FROM computed_names WHERE name <> '' GROUP BY 1, 2 HAVING count(*) > 1) AS computed
  FULL JOIN (SELECT naming_id, name, true AS kept FROM shared_names) AS kept USING (naming_id, name)
  WHERE computed.naming_id IS NULL OR kept.kept IS NULL`;

const namings = ['0a000000-0000-4000-8000-000000000001', '0a000000-0000-4000-8000-000000000002'];
const prepare = async (people: number) => {
  for (const id of namings) await db.naming.create({ data: { id, format: id, complete: true } });
  const made = await Promise.all(Array.from({ length: people }, () => aPerson()));
  return made.map(({ id }) => id);
};

/** The same sequence for the same seed. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

test.each([1, 2, 3])(
  'names of several people are kept as they are, after every change of a random sequence (%i)',
  async (seed) => {
    const people = await prepare(12);
    const below = random(seed);
    const names = ['', 'ana', 'ben', 'cleo', 'dora', 'eva'];
    const some = (of: readonly string[]) => of.filter(() => below(3) === 0);
    const write = (ids: readonly string[]) => {
      const rows = ids.map((id) => ({ naming: namings[below(2)] ?? '', id, name: names[below(names.length)] ?? '' }));
      return db.$executeRaw`
      INSERT INTO computed_names (naming_id, user_id, name)
      SELECT * FROM unnest(${rows.map((row) => row.naming)}::uuid[], ${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.name)}::text[])
      ON CONFLICT (naming_id, user_id) DO UPDATE SET name = EXCLUDED.name`;
    };
    const changes = [
      () => write(some(people)),
      () => write(some(people)),
      () => write(people),
      () => db.computedName.deleteMany({ where: { userId: { in: some(people) } } }),
      () =>
        db.computedName.updateMany({
          where: { userId: { in: some(people) } },
          data: { name: names[below(names.length)] ?? '' },
        }),
    ];
    for (let step = 0; step < 40; step += 1) {
      await changes[below(changes.length)]?.();
      expect(await wrong()).toEqual([]);
    }
    await db.user.delete({ where: { id: people[0] ?? '' } });
    expect(await wrong()).toEqual([]);
    await db.naming.delete({ where: { id: namings[0] ?? '' } });
    expect(await wrong()).toEqual([]);
    expect(await db.sharedName.count({ where: { namingId: namings[0] ?? '' } })).toBe(0);
  },
);

test('one name that two write at the same moment is kept as shared, and one that two give up is not', async () => {
  const people = await prepare(8);
  const at = (id: string, name: string) =>
    db.$transaction([
      db.$executeRaw`INSERT INTO computed_names (naming_id, user_id, name) VALUES (${namings[0] ?? ''}::uuid, ${id}::uuid, ${name})
      ON CONFLICT (naming_id, user_id) DO UPDATE SET name = EXCLUDED.name`,
      // Open for a while, so that the others write before this one is seen.
      db.$executeRaw`SELECT pg_sleep(0.03)::text`,
    ]);
  await Promise.all(people.map((id) => at(id, 'ana')));
  expect(await db.sharedName.findMany()).toEqual([{ namingId: namings[0], name: 'ana' }]);
  await Promise.all(people.slice(1).map((id, index) => at(id, `ana.${index}`)));
  expect(await wrong()).toEqual([]);
  expect(await db.sharedName.count()).toBe(0);
});
