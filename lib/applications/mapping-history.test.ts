import { beforeEach, describe, expect, it } from 'vitest';
import { db } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { listMappingHistory } from './mapping-history';
import { getMappings } from './mapping-queries';
import type { MappingDraft } from './schema';
import { createApplication } from './testing/create-application';
import { revertMappings, updateMappings } from './update-mappings';

const actor = { ...systemActor, name: 'ada.admin' };
const table = { applicationId: '', objectType: 'user' as const };

beforeEach(async () => {
  await db.application.deleteMany();
  const { id } = await createApplication(systemActor, {
    templateId: 'egnyte',
    displayLabel: 'Egnyte',
    description: '',
    logoColor: '#00968f',
    logoImage: null,
    showInPortal: true,
  });
  table.applicationId = id;
});

async function now() {
  const { version, tables } = await getMappings(table.applicationId);
  return { version, mappings: tables[0]?.mappings ?? [] };
}

async function save(change: (rows: MappingDraft[]) => MappingDraft[]) {
  const { version, mappings } = await now();
  return updateMappings(actor, { ...table, version, mappings: change(mappings) });
}

const typed = (source: string) => (rows: MappingDraft[]) =>
  rows.map((row) => (row.target === 'userType' ? { ...row, source } : row));

/** A row that is there again is another row. */
const withoutIds = ({ mappings }: { mappings: MappingDraft[] }) => mappings.map(({ id: _id, ...row }) => row);

describe('the history of a mapping table', () => {
  it('is empty until something changes, and then holds what there was before as well', async () => {
    expect(await listMappingHistory(table)).toEqual([]);
    await save((rows) => rows);
    expect(await listMappingHistory(table), 'saved without a change').toEqual([]);
    await save(typed('standard'));
    const [saved, original, ...more] = await listMappingHistory(table);
    expect(more).toEqual([]);
    expect(saved).toMatchObject({ origin: 'saved', actorName: 'ada.admin', fromNow: {} });
    expect(saved?.changes).toMatchObject({ userType: { from: { source: 'power' }, to: { source: 'standard' } } });
    expect(original).toMatchObject({ origin: 'original', actorName: '', changes: {} });
    expect(original?.fromNow).toMatchObject({ userType: { from: { source: 'standard' }, to: { source: 'power' } } });
  });

  it('leads back to any of its tables, rows and order, and from there as well', async () => {
    const first = await now();
    await save((rows) => [...rows].reverse().filter((row) => row.target !== 'name.formatted'));
    const second = await now();
    const { version } = second;
    const [, original] = await listMappingHistory(table);
    await revertMappings(actor, { ...table, version, revision: original?.revision ?? 0 });
    expect(withoutIds(await now())).toEqual(withoutIds(first));
    const [reverted, before] = await listMappingHistory(table);
    expect(reverted).toMatchObject({ origin: 'reverted', fromNow: {} });
    await revertMappings(actor, { ...table, version: version + 1, revision: before?.revision ?? 0 });
    expect((await now()).mappings).toEqual(second.mappings);
    const event = await db.event.findFirstOrThrow({
      where: { name: 'application_mapping_update' },
      orderBy: { id: 'desc' },
    });
    expect(event.changes).toMatchObject({ 'name.formatted': { from: { kind: 'expression' } } });
  });

  it('keeps the last fifty', async () => {
    const { mappings: rows } = await now();
    const old = { ...table, origin: 'saved' as const, rows, actorName: '', at: new Date() };
    await db.application.update({ where: { id: table.applicationId }, data: { version: 60 } });
    await db.mappingRevision.createMany({
      data: Array.from({ length: 50 }, (_, index) => ({ ...old, version: index + 1 })),
    });
    await save(typed('standard'));
    const history = await listMappingHistory(table);
    expect(history).toHaveLength(50);
    expect(history[0]?.revision).toBe(61);
    expect(history.at(-1)?.revision).toBe(2);
  });

  it('refuses to go back to what does not hold any more, and saves nothing of it', async () => {
    await db.attributeDefinition.create({ data: { key: 'badge', type: 'string' } });
    const mapped = await save((rows) => [
      ...rows,
      { ...(rows[0] as MappingDraft), id: 'new', source: 'badge', target: 'title', required: false },
    ]);
    await save((rows) => rows.filter((row) => row.target !== 'title'));
    await db.attributeDefinition.deleteMany();
    const before = await now();
    const back = revertMappings(actor, { ...table, version: before.version, revision: mapped.version });
    await expect(back).rejects.toMatchObject({
      code: 'invalid_input',
      field: expect.stringMatching(/^mappings\.\d+\.source$/),
    });
    expect(await now()).toEqual(before);
  });
});
