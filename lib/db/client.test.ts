import { afterAll, expect, test } from 'vitest';
import { afterRollback, db, inOneTransaction, transaction } from '@/lib/db/client';
import { listPendingMigrations } from '@/lib/db/pending-migrations';

afterAll(() => db.$disconnect());

test('a test file has a migrated database of its own', async () => {
  expect(await listPendingMigrations()).toEqual([]);
  const [row] = await db.$queryRaw<{ name: string }[]>`SELECT current_database() AS name`;
  expect(row?.name).toMatch(/^latchkey_test_/);
});

test('a transaction that lost a serialization conflict runs again, and neither change is lost', async () => {
  await db.$executeRaw`CREATE TABLE counters (id int PRIMARY KEY, value int NOT NULL)`;
  await db.$executeRaw`INSERT INTO counters VALUES (1, 0)`;
  let runs = 0;
  let bothHaveRead: () => void = () => {};
  const bothRead = new Promise<void>((resolve) => {
    bothHaveRead = resolve;
  });
  const increment = () =>
    transaction(
      async (tx) => {
        const [row] = await tx.$queryRaw<{ value: number }[]>`SELECT value FROM counters WHERE id = 1`;
        runs += 1;
        if (runs === 2) bothHaveRead();
        await bothRead;
        await tx.$executeRaw`UPDATE counters SET value = ${(row?.value ?? 0) + 1} WHERE id = 1`;
      },
      { isolation: 'Serializable' },
    );
  await Promise.all([increment(), increment()]);
  const [row] = await db.$queryRaw<{ value: number }[]>`SELECT value FROM counters WHERE id = 1`;
  expect(row?.value).toBe(2);
  expect(runs).toBe(3);
});

test('two transactions that lock in opposite order both finish', async () => {
  await db.$executeRaw`CREATE TABLE pairs (id int PRIMARY KEY, value int NOT NULL)`;
  await db.$executeRaw`INSERT INTO pairs VALUES (1, 0), (2, 0)`;
  const lockBoth = (first: number, second: number) =>
    transaction(async (tx) => {
      await tx.$executeRaw`UPDATE pairs SET value = value + 1 WHERE id = ${first}`;
      await new Promise((resolve) => setTimeout(resolve, 100));
      await tx.$executeRaw`UPDATE pairs SET value = value + 1 WHERE id = ${second}`;
    });
  await Promise.all([lockBoth(1, 2), lockBoth(2, 1)]);
  expect(await db.$queryRaw`SELECT value FROM pairs`).toEqual([{ value: 2 }, { value: 2 }]);
});

test('a transaction that is given up while it commits, when triggers run, is tried again', async () => {
  await db.$executeRaw`CREATE TABLE late (value int)`;
  await db.$executeRaw`CREATE SEQUENCE late_tries`;
  await db.$executeRaw`
    CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF nextval('late_tries') = 1 THEN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END IF;
      RETURN NULL;
    END $$`;
  await db.$executeRaw`
    CREATE CONSTRAINT TRIGGER late AFTER INSERT ON late DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION late()`;
  await transaction((tx) => tx.$executeRaw`INSERT INTO late VALUES (1)`);
  expect(await db.$queryRaw`SELECT value FROM late`).toEqual([{ value: 1 }]);
});

test('a transaction whose work throws leaves nothing behind and is not tried again', async () => {
  await db.$executeRaw`CREATE TABLE notes (text text)`;
  let runs = 0;
  const attempt = transaction(async (tx) => {
    runs += 1;
    await tx.$executeRaw`INSERT INTO notes VALUES ('lost')`;
    throw new Error('refused');
  });
  await expect(attempt).rejects.toThrow('refused');
  expect(await db.$queryRaw`SELECT * FROM notes`).toEqual([]);
  expect(runs).toBe(1);
});

test('what a command does inside one transaction is undone with it, and what is to be told of it is written all the same', async () => {
  const key = `joined-${Date.now()}`;
  const write = (name: string) =>
    transaction((tx) => tx.setting.create({ data: { key: `${key}-${name}`, value: 1 } }).then(() => undefined));
  const told: string[] = [];
  const refused = inOneTransaction(async (tx) => {
    await tx.setting.create({ data: { key, value: 1 } });
    await write('inner');
    await afterRollback(async () => {
      told.push(`${await db.setting.count({ where: { key: { startsWith: key } } })} left`);
    });
    throw new Error('refused');
  });
  await expect(refused).rejects.toThrow('refused');
  expect(told).toEqual(['0 left']);
  await inOneTransaction(() => write('kept'));
  expect(await db.setting.count({ where: { key: { startsWith: key } } })).toBe(1);
});
