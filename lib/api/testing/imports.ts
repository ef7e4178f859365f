import { expect } from 'vitest';
import { db } from '@/lib/db/client';
import type { Prisma } from '@/lib/db/generated/client';
import { systemActor } from '@/lib/events/actor';
import { startImport } from '@/lib/imports/start-import';
import { type Case, type Sent, unique, type World } from './world';

const nobody = '00000000-0000-7000-8000-000000000000';
const unknownImport = { change: () => ({ params: { id: nobody } }), code: 'not_found' };
const at = (application: string) => ({ params: { application } });
const by = (id: string) => ({ params: { id } });
const idOf = (sent: Sent) => sent.params?.id ?? '';

/** An import with rows as given, of a connected application. */
async function importWith(
  world: World,
  rows: Prisma.ImportRowCreateWithoutImportInput[],
  more: Partial<Prisma.ImportUncheckedCreateInput> = {},
) {
  const application = await world.connected();
  const made = { applicationId: application.id, state: 'review' as const, startedByName: 'somebody', ...more };
  const { id } = await db.import.create({ data: { ...made, rows: { create: rows } } });
  return { application, id };
}

const row = (remoteId: string, more: Partial<Prisma.ImportRowCreateWithoutImportInput> = {}) => {
  const userName = unique('account');
  const names = { userName, email: `${userName}@acme.example`, firstname: 'Ac', lastname: 'Count' };
  return { remoteId, ...names, active: true, match: 'none' as const, decision: 'create' as const, ...more };
};

const finished = { state: 'finished' as const, confirmedAt: new Date(), finishedAt: new Date() };

/** One that was read from the service provider, and waits for review. Read only, so made once. */
let reviewed: Promise<{ id: string; slug: string }> | undefined;
function forReview(world: World) {
  reviewed ??= (async () => {
    const { id: applicationId, slug } = await world.connected();
    const { id: importId } = await startImport(systemActor, { applicationId });
    await world.work();
    return { id: importId, slug };
  })();
  return reviewed;
}

/** An application without a connection, one with an open import, one whose import runs; an import that was confirmed. */
const other = { unconnected: '', open: '', running: '', confirmed: '' };
/** Somebody whom no account matches, and somebody whom all of them match. */
const people = { stranger: '', candidate: '' };

async function others(world: World): Promise<void> {
  if (other.unconnected) return;
  other.unconnected = (await world.application()).id;
  other.open = (await importWith(world, [])).application.id;
  const running = await importWith(world, [row('1', { state: 'queued' })], {
    state: 'running',
    confirmedAt: new Date(),
  });
  other.running = running.application.id;
  other.confirmed = running.id;
  people.stranger = await world.person();
  people.candidate = await world.person();
}

/** One with a group that is new, the namesake of one, and one that is linked. */
async function withGroups(world: World): Promise<string> {
  const { id } = await importWith(world, [], { takesGroups: true });
  const group = (remoteId: string, name: string) => ({
    importId: id,
    remoteId,
    name,
    nameFolded: name.toLowerCase(),
    told: true,
  });
  await db.importGroup.createMany({
    data: [
      { ...group('g1', unique('Theirs')), decision: 'keep' },
      { ...group('g2', 'Sales'), match: 'name', groupId: await world.group() },
      { ...group('g3', 'Linked'), match: 'linked', groupId: await world.group() },
    ],
  });
  return id;
}

const selection = (value: unknown) => () => ({ body: { selection: value } });
const decision = (value: unknown) => () => ({ body: { remoteId: 'partial', decision: value } });

export const importCases: Record<string, Case> = {
  listImports: {
    valid: async (world) => at((await forReview(world)).slug),
    after: async (answer, _sent, world) => {
      expect(answer).toMatchObject({ items: [{ id: (await forReview(world)).id, state: 'review', done: 0 }] });
    },
  },
  startImport: {
    valid: async (world) => {
      await others(world);
      return { ...at((await world.connected()).slug), body: {} };
    },
    invalid: [
      { change: () => ({ body: { replace: 'yes' } }), field: 'replace' },
      { change: () => at(other.unconnected), code: 'not_active' },
      { change: () => at(other.open), code: 'already_active' },
      { change: () => ({ ...at(other.running), body: { replace: true } }), code: 'already_active' },
    ],
    after: async (answer, sent, world) => {
      const { id: importId } = answer as { id: string };
      const token = await world.token('helpdesk');
      const path = `/applications/${sent.params?.application}/imports` as const;
      const again = await world.send('POST', path, { body: { replace: true }, token });
      expect(again.status).toBe(202);
      const next = (again.body as { id: string }).id;
      expect(again.headers.get('location')).toMatch(new RegExp(`/api/v1/imports/${next}$`));
      expect(await db.import.findUnique({ where: { id: importId } })).toMatchObject({ state: 'finished' });
      await world.work();
      const read = await world.send('GET', `/imports/${next}`, { token });
      expect(read.body).toMatchObject({ state: 'review', error: null });
    },
  },
  getImport: {
    valid: async (world) => by((await forReview(world)).id),
    invalid: [unknownImport],
    after: async (answer) => {
      const { id, fetched } = answer as { id: string; fetched: number };
      expect(fetched).toBeGreaterThan(0);
      expect(fetched).toBe(await db.importRow.count({ where: { importId: id } }));
      expect(answer).toMatchObject({ state: 'review', counts: { listed: fetched, done: 0 }, selected: 0 });
    },
  },
  listImportRows: {
    valid: async (world) => ({ ...by((await forReview(world)).id), query: { limit: '2', sort: '-username' } }),
    invalid: [
      unknownImport,
      { change: () => ({ query: { match: 'none,some' } }), field: 'match.1' },
      { change: () => ({ query: { status: 'old' } }), field: 'status' },
      { change: () => ({ query: { state: 'listed' } }), field: 'state' },
      { change: () => ({ query: { decision: 'none' } }), field: 'decision.0' },
      { change: () => ({ query: { confirmed: '1' } }), field: 'confirmed' },
      { change: () => ({ query: { sort: 'remoteId' } }), field: 'sort' },
      { change: () => ({ query: { cursor: 'bm8' } }), field: 'cursor' },
      { change: () => ({ query: { limit: '201' } }), field: 'limit' },
    ],
    after: async (answer, sent, world) => {
      const names: string[] = [];
      let page = answer as { items: { userName: string }[]; nextCursor?: string; total: number };
      const { total } = page;
      for (;;) {
        names.push(...page.items.map((one) => one.userName.toLowerCase()));
        if (!page.nextCursor) break;
        const path = `/imports/${idOf(sent)}/rows?limit=2&sort=-username&cursor=${page.nextCursor}` as const;
        page = (await world.send('GET', path, { token: await world.token('helpdesk') })).body as typeof page;
      }
      expect(names.length).toBe(total);
      expect(total).toBeGreaterThan(2);
      expect(names).toEqual([...names].sort().reverse());
      const none = await world.send('GET', `/imports/${idOf(sent)}/rows?confirmed=true`, {
        token: await world.token('helpdesk'),
      });
      expect(none.body).toEqual({ items: [], total: 0, totalIsExact: true, partial: false });
    },
  },
  summarizeImport: {
    valid: async (world) => {
      await others(world);
      const { id } = await importWith(world, [
        row('1'),
        row('2', { match: 'ambiguous', decision: null }),
        row('3', { decision: 'ignore' }),
      ]);
      return by(id);
    },
    invalid: [
      unknownImport,
      { change: () => ({ query: { match: 'some' } }), field: 'match.0' },
      { change: () => ({ query: { status: '' } }), field: 'status' },
      { change: () => ({ query: { decision: 'undecided,maybe' } }), field: 'decision.1' },
    ],
    after: async (answer, sent, world) => {
      expect(answer).toEqual({
        isExact: true,
        create: 1,
        link: 0,
        update: 0,
        undecided: 1,
        otherNames: 0,
        ignored: 1,
        own: 0,
        activates: { count: 0, countIsExact: true, names: [] },
      });
      const path = `/imports/${idOf(sent)}/summary?match=none` as const;
      const some = await world.send('GET', path, { token: await world.token('helpdesk') });
      expect(some.body).toMatchObject({ create: 1, link: 0, undecided: 0, ignored: 1 });
    },
  },
  decideRow: {
    valid: async (world) => {
      await others(world);
      const { username: userName } = await db.user.findUniqueOrThrow({ where: { id: people.candidate } });
      const mine = { match: 'partial' as const, decision: null, candidateIds: [people.candidate], userName };
      const partial = row('partial', mine);
      const { id } = await importWith(world, [partial, row('linked', { match: 'imported', decision: null })]);
      return { ...by(id), body: { remoteId: 'partial', decision: { kind: 'link', userId: people.candidate } } };
    },
    invalid: [
      unknownImport,
      { change: decision({ kind: 'merge' }), field: 'decision.kind' },
      { change: decision({ kind: 'link' }), field: 'decision.userId' },
      { change: decision({ kind: 'link', userId: nobody }), code: 'not_found', field: 'decision.userId' },
      {
        change: ({ body }) => ({ body: { ...(body as object), remoteId: 'x' } }),
        code: 'not_found',
        field: 'remoteId',
      },
      { change: ({ body }) => ({ body: { ...(body as object), remoteId: 'linked' } }), code: 'conflict' },
    ],
    after: async (_answer, sent, world) => {
      const key = { importId_remoteId: { importId: idOf(sent), remoteId: 'partial' } };
      const chosen = { decision: 'link', userId: people.candidate };
      expect(await db.importRow.findUnique({ where: key })).toMatchObject(chosen);
      const path = `/imports/${idOf(sent)}/decide` as const;
      const body = { remoteId: 'partial', decision: { kind: 'link', userId: people.stranger } };
      const refused = await world.send('POST', path, { body, token: await world.token('helpdesk') });
      expect(refused.body).toMatchObject({ status: 403, code: 'forbidden' });
      expect(await db.importRow.findUnique({ where: key })).toMatchObject(chosen);
      const allowed = await world.send('POST', path, { body, token: await world.token('administrator') });
      expect(allowed.status).toBe(204);
      expect(await db.importRow.findUnique({ where: key })).toMatchObject({ userId: people.stranger });
    },
  },
  decideRows: {
    valid: async (world) => {
      await others(world);
      const one = { match: 'partial' as const, decision: null, candidateIds: [people.candidate] };
      const { id } = await importWith(world, [
        row('1', { ...one, choiceReason: 'name_only' }),
        row('2', { ...one, match: 'ambiguous', choiceReason: 'several_people' }),
        row('3', { active: false }),
      ]);
      return { ...by(id), body: { selection: { matching: { active: false } }, kind: 'ignore' } };
    },
    invalid: [
      unknownImport,
      { change: ({ body }) => ({ body: { ...(body as object), kind: 'undecided' } }), field: 'kind' },
      { change: () => ({ body: { selection: { remoteIds: ['2'] }, kind: 'link' } }), code: 'invalid_input' },
      { change: () => by(other.confirmed), code: 'conflict' },
    ],
    after: async (answer, sent, world) => {
      expect(answer).toEqual({ changed: 1 });
      const decisions = async () => {
        const rows = await db.importRow.findMany({ where: { importId: idOf(sent) }, orderBy: { remoteId: 'asc' } });
        return rows.map((one) => [one.decision, one.userId]);
      };
      expect(await decisions()).toEqual([
        [null, null],
        [null, null],
        ['ignore', null],
      ]);
      const path = `/imports/${idOf(sent)}/decide-many` as const;
      const helpdesk = await world.token('helpdesk');
      const refused = await world.send('POST', path, {
        body: { selection: { matching: {} }, kind: 'update' },
        token: helpdesk,
      });
      expect(refused.body).toMatchObject({ status: 403, code: 'forbidden' });
      // Of an administrator: whom one person matches by name alone, too; never where somebody has to be chosen.
      const body = { selection: { matching: {} }, kind: 'update' };
      const token = await world.token('administrator');
      const all = await world.send('POST', path, { body, token });
      expect(all.body).toEqual({ changed: 1 });
      expect(await decisions()).toEqual([
        ['update', people.candidate],
        [null, null],
        ['ignore', null],
      ]);
    },
  },
  confirmImport: {
    valid: async (world) => {
      await others(world);
      const { id } = await importWith(world, [row('1'), row('2'), row('3', { decision: null, match: 'partial' })]);
      return { ...by(id), body: { selection: { matching: { match: ['none', 'partial'] } } } };
    },
    invalid: [
      unknownImport,
      { change: () => ({ body: {} }), field: 'selection' },
      { change: selection({ matching: { status: 'nwe' } }) },
      { change: selection({ matching: { matches: ['none'] } }) },
      { change: selection({ matching: {}, remoteIds: ['1'] }) },
      { change: selection({ remoteIds: [] }) },
      { change: selection({ remoteIds: ['3', 'elsewhere'] }) },
      { change: ({ body }) => ({ body: { ...(body as object), linkOtherNames: 'yes' } }), field: 'linkOtherNames' },
      { change: () => by(other.confirmed), code: 'conflict' },
    ],
    after: async (answer, sent, world) => {
      expect(answer).toEqual({ queued: 2, ownLeftOut: 0 });
      await world.work();
      const read = await world.send('GET', `/imports/${idOf(sent)}`, { token: await world.token('helpdesk') });
      expect(read.body).toMatchObject({ state: 'finished', counts: { done: 2, failed: 0, listed: 1 }, selected: 2 });
      const done = await db.importRow.findMany({ where: { importId: idOf(sent), state: 'done' } });
      expect(await db.user.count({ where: { username: { in: done.map((one) => one.userName) } } })).toBe(2);
    },
  },
  listImportGroups: {
    valid: async (world) => ({ ...by(await withGroups(world)), query: { match: 'name', q: 'sal' } }),
    invalid: [
      unknownImport,
      { change: () => ({ query: { match: 'some' } }), field: 'match' },
      { change: () => ({ query: { state: 'away' } }), field: 'state' },
    ],
    after: (answer) =>
      expect(answer).toMatchObject({ items: [{ remoteId: 'g2', name: 'Sales', decision: null }], total: 1 }),
  },
  decideImportGroups: {
    valid: async (world) => ({
      ...by(await withGroups(world)),
      body: { remoteIds: ['g1', 'g2', 'g3'], decision: 'ignore' },
    }),
    invalid: [
      unknownImport,
      { change: () => ({ body: { remoteIds: ['g1'], decision: 'merge' } }), field: 'decision' },
      { change: () => ({ body: { remoteIds: [], decision: 'keep' } }), field: 'remoteIds' },
      { change: () => ({ body: { remoteIds: ['g1', 'g2'], decision: 'link', groupId: nobody } }), field: 'groupId' },
      { change: () => ({ body: { remoteIds: ['g3'], decision: 'keep' } }), code: 'conflict' },
    ],
    after: async (answer, sent, world) => {
      expect(answer).toEqual({ changed: 2 });
      const path = `/imports/${idOf(sent)}/groups/decide` as const;
      const body = { remoteIds: ['g1'], decision: 'turn' };
      const refused = await world.send('POST', path, { body, token: await world.token('helpdesk') });
      expect(refused.body).toMatchObject({ status: 403, code: 'forbidden' });
    },
  },
  confirmImportGroups: {
    valid: async (world) => ({ ...by(await withGroups(world)), body: {} }),
    invalid: [unknownImport, { change: () => ({ body: { remoteIds: ['g2'] } }), code: 'invalid_input' }],
    after: async (answer, sent, world) => {
      expect(answer).toEqual({ queued: 1 });
      await world.work();
      const groups = await db.importGroup.findMany({ where: { importId: idOf(sent) }, orderBy: { remoteId: 'asc' } });
      expect(groups).toMatchObject([{ state: 'done' }, { state: 'listed' }, { state: 'listed' }]);
      expect(await db.group.findUnique({ where: { id: groups[0]?.groupId ?? '' } })).toMatchObject({ remoteId: 'g1' });
    },
  },
  retryRows: {
    valid: async (world) => {
      await others(world);
      const taken = await db.user.findUniqueOrThrow({ where: { id: await world.person() } });
      const failed = { state: 'failed' as const };
      const { id } = await importWith(world, [row('1', failed), row('2', { ...failed, email: taken.email })], finished);
      return { ...by(id), body: { remoteIds: ['1', '2', 'elsewhere'] } };
    },
    invalid: [
      unknownImport,
      { change: () => ({ body: { remoteIds: [] } }), field: 'remoteIds' },
      { change: () => ({ body: { remoteIds: [1] } }), field: 'remoteIds.0' },
      { change: () => by(other.confirmed), code: 'conflict' },
    ],
    after: async (answer, sent) => {
      expect(answer).toMatchObject({ done: 1, failed: 1, error: { code: 'already_exists' } });
      const rows = await db.importRow.findMany({ where: { importId: idOf(sent) }, orderBy: { remoteId: 'asc' } });
      expect(rows).toMatchObject([{ state: 'done' }, { state: 'failed', error: { code: 'already_exists' } }]);
      expect(await db.user.count({ where: { username: rows[0]?.userName ?? '' } })).toBe(1);
    },
  },
  listWaitingImports: {
    valid: async (world) => {
      const { application } = await importWith(world, [row('1', { decision: null, match: 'partial' }), row('2')]);
      await importWith(world, [row('1')]);
      return { query: { application: application.id, state: 'to_review' } };
    },
    after: (answer) => {
      const { items } = answer as { items: object[] };
      expect(items).toHaveLength(1);
      expect(items).toContainEqual(expect.objectContaining({ state: 'review', undecided: 1, listed: 2, failed: 0 }));
    },
  },
  listImportComments: {
    valid: async (world) => by((await importWith(world, [])).id),
    invalid: [unknownImport],
    after: (answer) => {
      expect(answer).toEqual({ items: [] });
    },
  },
  listImportRuns: {
    valid: async (world) => by((await importWith(world, [])).id),
    invalid: [unknownImport],
    after: (answer) => {
      expect(answer).toEqual({ items: [] });
    },
  },
  commentOnImport: {
    valid: async (world) => {
      const { id } = await importWith(world, [row('1')]);
      return { ...by(id), body: { remoteId: '1', text: 'Ask Ana first.\n<b>' } };
    },
    invalid: [
      unknownImport,
      { change: () => ({ body: { text: ' ' } }), field: 'text' },
      { change: () => ({ body: { text: 'x'.repeat(1_001) } }), field: 'text' },
      { change: () => ({ body: { remoteId: 'elsewhere', text: 'Hm.' } }), code: 'not_found', field: 'remoteId' },
    ],
    after: async (_answer, sent, world) => {
      const path = `/imports/${idOf(sent)}/comments` as const;
      const token = await world.token('helpdesk');
      const read = await world.send('GET', path, { token });
      expect(read.body).toMatchObject({ items: [{ remoteId: '1', text: 'Ask Ana first.\n<b>' }] });
      const comment = { importId: idOf(sent), authorName: 'somebody', text: 'again', at: new Date() };
      await db.importComment.createMany({ data: Array.from({ length: 199 }, () => comment) });
      const more = await world.send('POST', path, { body: { text: 'One too many' }, token });
      expect(more.body).toMatchObject({ code: 'conflict' });
    },
  },
  retryFailedRows: {
    valid: async (world) => {
      await others(world);
      return by((await importWith(world, [row('1', { state: 'failed' }), row('2', { state: 'done' })], finished)).id);
    },
    invalid: [unknownImport, { change: () => by(other.confirmed), code: 'conflict' }],
    after: async (answer, sent, world) => {
      expect(answer).toEqual({ queued: 1 });
      await world.work();
      const found = await db.import.findUnique({ where: { id: idOf(sent) }, include: { rows: true } });
      expect(found).toMatchObject({ state: 'finished', rows: [{ state: 'done' }, { state: 'done' }] });
      const token = await world.token('helpdesk');
      const runs = await world.send('GET', `/imports/${idOf(sent)}/runs`, { token });
      expect(runs.body).toMatchObject({ items: [{ kind: 'retry', rows: 1, done: 1, failed: 0 }] });
      const again = await world.send('POST', `/imports/${idOf(sent)}/retry-failed`, { token });
      expect(again.body).toMatchObject({ code: 'invalid_input' });
    },
  },
  sendImportActivations: {
    valid: async (world) => {
      await others(world);
      const userId = await world.person();
      await db.user.update({ where: { id: userId }, data: { passwordHash: null } });
      const rows = [
        row('1', { state: 'done', userId }),
        row('2', { state: 'done', decision: 'link', userId: people.stranger }),
      ];
      return by((await importWith(world, rows, finished)).id);
    },
    invalid: [unknownImport, { change: () => by(other.confirmed), code: 'conflict' }],
    after: async (answer, sent, world) => {
      expect(answer).toEqual({ people: 1, peopleIsExact: true });
      await world.work();
      const { userId } = await db.importRow.findFirstOrThrow({ where: { importId: idOf(sent), remoteId: '1' } });
      const { email } = await db.user.findUniqueOrThrow({ where: { id: userId ?? '' } });
      expect(await db.mail.count({ where: { to: email } })).toBe(1);
      // Nobody is sent a second one.
      const token = await world.token('administrator');
      const again = await world.send('POST', `/imports/${idOf(sent)}/send-activation-links`, { token });
      expect(again.body).toMatchObject({ code: 'invalid_input' });
    },
  },
  discardImport: {
    valid: async (world) => {
      await others(world);
      return by((await importWith(world, [row('1')])).id);
    },
    invalid: [unknownImport, { change: () => by(other.confirmed), code: 'conflict' }],
    after: async (_answer, sent) => {
      const found = await db.import.findUnique({ where: { id: idOf(sent) }, include: { rows: true } });
      expect(found).toMatchObject({ state: 'finished', confirmedAt: null, rows: [] });
    },
  },
  getImportScope: {
    valid: async (world) => {
      const done = row('1', { state: 'done', userId: await world.person() });
      return by((await importWith(world, [done], finished)).id);
    },
    invalid: [unknownImport],
    after: (answer) => {
      expect(answer).toMatchObject({ outOfScope: 1, groups: [{ name: expect.stringContaining('group') }] });
    },
  },
  addImportedToGroup: {
    valid: async (world) => {
      elsewhere = await world.group();
      const userId = await world.person();
      const { id, application } = await importWith(world, [row('1', { state: 'done', userId })], finished);
      return { ...by(id), body: { groupId: application.groupId } };
    },
    invalid: [
      unknownImport,
      { change: () => ({ body: {} }), field: 'groupId' },
      { change: () => ({ body: { groupId: elsewhere } }), field: 'groupId' },
      { change: () => ({ body: { groupId: nobody } }), field: 'groupId' },
    ],
    after: async (answer, sent) => {
      expect(answer).toEqual({ added: 1 });
      const done = await db.importRow.findFirstOrThrow({ where: { importId: idOf(sent) } });
      const { groupId } = sent.body as { groupId: string };
      expect(await db.groupMember.count({ where: { groupId, userId: done.userId ?? '' } })).toBe(1);
    },
  },
};

/** A group that is not associated with the application. */
let elsewhere = '';
