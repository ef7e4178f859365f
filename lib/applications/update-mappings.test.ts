import { beforeEach, describe, expect, it } from 'vitest';
import { db } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { findMappings } from './mapping-queries';
import type { MappingDraft } from './schema';
import { createApplication } from './testing/create-application';
import { resetMappings, updateMappings } from './update-mappings';

async function anApplication(templateId = 'egnyte') {
  const { id } = await createApplication(systemActor, {
    templateId,
    displayLabel: `App ${templateId}`,
    description: '',
    logoColor: '#00968f',
    logoImage: null,
    showInPortal: true,
    ...(templateId === 'bookmark' ? { bookmarkUrl: 'https://wiki.example.com/' } : {}),
  });
  return id;
}

async function table(applicationId: string, objectType: 'user' | 'group' = 'user') {
  const mappings = await findMappings(applicationId);
  const rows = mappings?.tables.find((entry) => entry.objectType === objectType)?.mappings ?? [];
  return { version: mappings?.version ?? 0, rows };
}

function replaced(rows: MappingDraft[], target: string, values: Partial<MappingDraft>): MappingDraft[] {
  return rows.map((row) => (row.target === target ? { ...row, ...values } : row));
}

async function waiting(): Promise<unknown[]> {
  return db.$queryRaw`SELECT j.payload FROM graphile_worker._private_jobs j
    JOIN graphile_worker._private_tasks t ON t.id = j.task_id WHERE t.identifier = 'application-changed'`;
}

beforeEach(async () => {
  await db.application.deleteMany();
  await db.event.deleteMany();
  await db.$executeRaw`DELETE FROM graphile_worker._private_jobs`;
});

describe('saving a mapping table', () => {
  it('writes table, version, event with before and after, and the task that looks at everyone, together', async () => {
    const applicationId = await anApplication();
    const { version, rows } = await table(applicationId);
    const next = replaced(rows, 'name.formatted', { kind: 'direct', source: 'displayName' });
    await updateMappings(systemActor, { applicationId, version, objectType: 'user', mappings: next });
    const saved = await table(applicationId);
    expect(saved.version).toBe(version + 1);
    expect(saved.rows).toEqual(next);
    const event = await db.event.findFirstOrThrow({ where: { name: 'application_mapping_update' } });
    expect(event).toMatchObject({ outcome: 'success', applicationId });
    expect(event.changes).toMatchObject({
      'name.formatted': {
        from: { kind: 'expression', source: 'Join(" ", [firstname], [lastname])' },
        to: { kind: 'direct', source: 'displayName' },
      },
    });
    expect(Object.keys(event.changes as object)).toEqual(['name.formatted']);
    expect(await waiting()).toEqual([{ payload: { applicationId } }]);
  });

  it('keeps the rows’ ids and takes a new order, even when two targets are swapped', async () => {
    const applicationId = await anApplication();
    const { version, rows } = await table(applicationId);
    const swapped = rows.map((row) =>
      row.target === 'name.givenName'
        ? { ...row, target: 'name.familyName' }
        : row.target === 'name.familyName'
          ? { ...row, target: 'name.givenName' }
          : row,
    );
    await updateMappings(systemActor, {
      applicationId,
      version,
      objectType: 'user',
      mappings: [...swapped].reverse(),
    });
    expect((await table(applicationId)).rows).toEqual([...swapped].reverse());
  });

  it('stores targets in one writing, in whatever way they are typed, and refuses two of one place, naming the other row', async () => {
    const applicationId = await anApplication();
    const { version, rows } = await table(applicationId);
    const core = 'urn:ietf:params:scim:schemas:core:2.0:User';
    const typed: Record<string, string> = {
      userName: ' USERNAME ',
      'name.givenName': `${core.toUpperCase()}:Name.GivenName`,
      'emails.value': 'emails: value',
      active: 'Active',
    };
    const plain = {
      kind: 'direct',
      apply: 'always',
      matchingPrecedence: null,
      defaultValue: null,
      required: false,
    } as const;
    const phone = { ...plain, id: 'new-1', source: 'phone', target: "phoneNumbers[ Type eq 'work' ].value" };
    const next = [...rows.map((row) => ({ ...row, target: typed[row.target] ?? row.target })), phone];
    await updateMappings(systemActor, { applicationId, version, objectType: 'user', mappings: next });
    const saved = await table(applicationId);
    const targets = [...rows.map((row) => row.target), 'phoneNumbers[type eq "work"].value'];
    expect(saved.rows.map((row) => row.target)).toEqual(targets);
    const twice = [...saved.rows, { ...phone, id: 'new-2', target: 'PhoneNumbers[type eq "work"].value' }];
    const again = { applicationId, version: saved.version, objectType: 'user' as const, mappings: twice };
    await expect(updateMappings(systemActor, again)).rejects.toMatchObject({
      code: 'invalid_input',
      field: `mappings.${rows.length + 1}.target`,
      message: expect.stringContaining(`is mapped twice: row ${rows.length + 1} maps phone to it already`),
    });
  });

  it('gives a row that was copied with its id one of its own', async () => {
    const applicationId = await anApplication();
    const { version, rows } = await table(applicationId);
    const [first] = rows;
    if (!first) throw new Error('Egnyte has mappings');
    const copy = { ...first, target: 'displayName', matchingPrecedence: null };
    await updateMappings(systemActor, { applicationId, version, objectType: 'user', mappings: [...rows, copy] });
    const saved = (await table(applicationId)).rows;
    expect(saved).toHaveLength(rows.length + 1);
    expect(new Set(saved.map((row) => row.id)).size).toBe(saved.length);
  });

  it('refuses a version that somebody overtook, answers the table as it is now, and saves nothing', async () => {
    const applicationId = await anApplication();
    const { version, rows } = await table(applicationId);
    const theirs = replaced(rows, 'userType', { source: 'standard' });
    await updateMappings(systemActor, { applicationId, version, objectType: 'user', mappings: theirs });
    const mine = replaced(rows, 'userType', { source: 'admin' });
    await expect(
      updateMappings(systemActor, { applicationId, version, objectType: 'user', mappings: mine }),
    ).rejects.toMatchObject({ code: 'stale_version', details: { version: version + 1, values: { mappings: theirs } } });
    expect((await table(applicationId)).rows).toEqual(theirs);
    expect(await db.event.count({ where: { outcome: 'error', code: 'stale_version' } })).toBe(1);
  });

  it('refuses an expression with a mistake at its field, with its place', async () => {
    const applicationId = await anApplication();
    const { version, rows } = await table(applicationId);
    const index = rows.findIndex((row) => row.target === 'name.formatted');
    const wrong = replaced(rows, 'name.formatted', { source: 'Join(" ", [firstname], [lastnam])' });
    await expect(
      updateMappings(systemActor, { applicationId, version, objectType: 'user', mappings: wrong }),
    ).rejects.toMatchObject({
      code: 'expression_error',
      field: `mappings.${index}.source`,
      details: { problems: [{ position: 23, length: 9 }] },
    });
    expect((await table(applicationId)).rows).toEqual(rows);
    expect(await waiting()).toEqual([]);
  });

  it.each([
    ['a value that the application does not know', 'userType', { source: 'Power' }, 'source'],
    ['a target that is no attribute path', 'name.formatted', { target: 'emails[type' }, 'target'],
    ['a target that is mapped twice', 'name.formatted', { target: 'emails.value' }, 'target'],
  ])('refuses %s at its field', async (_what, target, values, field) => {
    const applicationId = await anApplication();
    const { version, rows } = await table(applicationId);
    await expect(
      updateMappings(systemActor, {
        applicationId,
        version,
        objectType: 'user',
        mappings: replaced(rows, target, values),
      }),
    ).rejects.toMatchObject({ code: 'invalid_input', field: expect.stringMatching(`^mappings\\.\\d+\\.${field}$`) });
  });

  it('refuses to leave out what the application requires', async () => {
    const applicationId = await anApplication();
    const { version, rows } = await table(applicationId);
    const mappings = rows.filter((row) => row.target !== 'userType');
    await expect(
      updateMappings(systemActor, { applicationId, version, objectType: 'user', mappings }),
    ).rejects.toMatchObject({ code: 'invalid_input', field: 'mappings', message: expect.stringContaining('userType') });
  });

  it('knows the custom attributes that people have', async () => {
    const applicationId = await anApplication();
    const person = { username: 'zoe', email: 'zoe@acme.example', firstname: 'Zoe', lastname: 'L', displayName: 'Zoe' };
    await db.user.create({ data: { ...person, customAttributes: { shirtSize: 'M' } } });
    const { version, rows } = await table(applicationId);
    const mappings = replaced(rows, 'name.formatted', { kind: 'direct', source: 'shirtSize' });
    await expect(
      updateMappings(systemActor, { applicationId, version, objectType: 'user', mappings }),
    ).resolves.toMatchObject({ version: version + 1 });
  });

  it('leaves the other table as it is', async () => {
    const applicationId = await anApplication();
    const { version, rows } = await table(applicationId);
    const groups = await table(applicationId, 'group');
    await updateMappings(systemActor, { applicationId, version, objectType: 'user', mappings: rows });
    expect((await table(applicationId, 'group')).rows).toEqual(groups.rows);
  });
});

describe('resetting', () => {
  it('brings the template’s table back and says what changed', async () => {
    const applicationId = await anApplication();
    const { version, rows } = await table(applicationId);
    const changed = replaced(rows, 'userType', { source: 'standard' });
    await updateMappings(systemActor, { applicationId, version, objectType: 'user', mappings: changed });
    await resetMappings(systemActor, { applicationId, version: version + 1, objectType: 'user' });
    const withoutIds = (list: MappingDraft[]) => list.map(({ id: _id, ...row }) => row);
    expect(withoutIds((await table(applicationId)).rows)).toEqual(withoutIds(rows));
    const events = await db.event.findMany({ where: { name: 'application_mapping_update' }, orderBy: { id: 'desc' } });
    expect(events[0]?.changes).toMatchObject({ userType: { from: { source: 'standard' }, to: { source: 'power' } } });
  });

  it('is refused for an application without provisioning', async () => {
    const applicationId = await anApplication('bookmark');
    await expect(resetMappings(systemActor, { applicationId, version: 1, objectType: 'user' })).rejects.toMatchObject({
      code: 'conflict',
    });
  });
});
