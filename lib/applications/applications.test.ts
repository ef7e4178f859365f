import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { valuesOf } from '@/lib/core/setting';
import { db } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { assignUser, unassignUser } from './assign-user';
import { associationImpact } from './association-impact';
import {
  associateGroup,
  changeApplicationsOfGroup,
  changeGroupsOfApplication,
  disassociateGroup,
} from './change-associations';
import { deleteApplications } from './delete-applications';
import { listPortalTiles } from './portal-tiles';
import { findApplication, listApplications } from './queries';
import type { CreateApplicationInput } from './schema';
import { grantedAmong } from './scope';
import { setApplicationUsername } from './set-application-username';
import { generalSettings } from './settings';
import { readStandings } from './standings';
import { createApplication } from './testing/create-application';
import { saveBookmark, updateApplication } from './update-application';

const { displayLabel: _, ...general } = valuesOf(generalSettings);

function create(displayLabel: string, more: Partial<CreateApplicationInput> = {}) {
  return createApplication(systemActor, { templateId: 'egnyte', displayLabel, ...general, ...more });
}

function bookmark(displayLabel: string) {
  return create(displayLabel, { templateId: 'bookmark', bookmarkUrl: 'https://wiki.example.com/' });
}

async function person(username: string, status: 'active' | 'suspended' = 'active'): Promise<string> {
  const email = `${username}@example.com`;
  const data = { username, email, firstname: username, lastname: 'Test', displayName: username, status };
  return (await db.user.create({ data })).id;
}

async function group(name: string, members: string[] = [], parents: string[] = []): Promise<string> {
  const row = await db.group.create({
    data: {
      name,
      members: { create: members.map((userId) => ({ userId })) },
      parents: { create: parents.map((parentId) => ({ parentId })) },
    },
  });
  return row.id;
}

async function queued(): Promise<{ task_identifier: string; payload: { applicationId: string } }[]> {
  return db.$queryRaw`SELECT task_identifier, payload FROM graphile_worker._private_jobs j
    JOIN graphile_worker._private_tasks t ON t.id = j.task_id
    CROSS JOIN LATERAL (SELECT t.identifier AS task_identifier) n`;
}

beforeEach(async () => {
  await db.application.deleteMany();
  await db.group.deleteMany();
  await db.user.deleteMany();
  await db.event.deleteMany();
});

describe('creating', () => {
  it('gives each application its own sealed key pair, the mappings of its template, and nothing active', async () => {
    const { id } = await create('Egnyte US West');
    const row = await db.application.findUniqueOrThrow({
      where: { id },
      include: { idpKeys: true, mappings: true, sso: true },
    });
    expect(row).toMatchObject({ slug: 'egnyte-us-west', ssoStatus: 'not_configured', templateId: 'egnyte' });
    expect(row.idpKeys).toHaveLength(1);
    expect(row.idpKeys[0]?.certificate).toContain('BEGIN CERTIFICATE');
    expect(row.idpKeys[0]?.privateKeySealed).not.toContain('PRIVATE KEY');
    expect(row.mappings.filter((mapping) => mapping.objectType === 'user').map((mapping) => mapping.target)).toContain(
      'userType',
    );
    expect(row.sso?.settings).toMatchObject({ spEntityId: 'https://{SUBDOMAIN}.egnyte.com' });
  });

  it('makes the SSO IdP URL of a second application of the same name unique', async () => {
    await bookmark('Team Wiki');
    expect((await bookmark('Team Wiki')).slug).toBe('team-wiki-2');
    expect((await bookmark('Team  Wiki!')).slug).toBe('team-wiki-3');
  });

  it('refuses an SSO IdP URL that is taken, naming the field, and records the attempt', async () => {
    await bookmark('Wiki');
    await expect(
      create('Other', { templateId: 'bookmark', bookmarkUrl: 'https://a.example/', slug: 'wiki' }),
    ).rejects.toMatchObject({ code: 'already_exists', field: 'slug' });
    const event = await db.event.findFirst({ where: { name: 'application_create', outcome: 'error' } });
    expect(event?.code).toBe('already_exists');
  });

  it('two administrators creating at once get two addresses', async () => {
    const slugs = await Promise.all([1, 2, 3, 4].map(async () => (await bookmark('Same')).slug));
    expect(new Set(slugs).size).toBe(4);
  });

  it('asks for the Bookmark URL of a bookmark', async () => {
    await expect(create('Wiki', { templateId: 'bookmark' })).rejects.toMatchObject({ field: 'bookmarkUrl' });
    await expect(create('Egnyte', { bookmarkUrl: 'https://a.example/' })).rejects.toMatchObject({
      field: 'bookmarkUrl',
    });
    expect(await db.event.count({ where: { name: 'application_create', outcome: 'error' } })).toBe(2);
  });

  it('takes template, label and placeholders for enough', async () => {
    const placeholders = { SUBDOMAIN: ' acmeusw ' };
    const { id } = await createApplication(systemActor, { templateId: 'egnyte', displayLabel: 'Egnyte', placeholders });
    expect(await findApplication(id)).toMatchObject({
      placeholders: { SUBDOMAIN: 'acmeusw' },
      description: '',
      logoColor: '#0b7a75',
      logoImage: null,
      showInPortal: true,
    });
  });

  it('refuses a placeholder that the template refuses or does not have, and a template that is not there', async () => {
    const refused: [Partial<CreateApplicationInput>, string][] = [
      [{ placeholders: { SUBDOMAIN: 'https://acmeusw.egnyte.com' } }, 'placeholders.SUBDOMAIN'],
      [{ placeholders: { SUBDOMIAN: 'acmeusw' } }, 'placeholders.SUBDOMIAN'],
      [{ templateId: 'no-such' }, 'templateId'],
    ];
    for (const [more, field] of refused) {
      await expect(create('Egnyte', more)).rejects.toMatchObject({ code: 'invalid_input', field });
    }
    expect(await db.application.count()).toBe(0);
  });
});

describe('changing', () => {
  it('keeps the SSO IdP URL whatever is renamed', async () => {
    const { id, slug } = await bookmark('Wiki');
    await updateApplication(systemActor, { id, version: 1, displayLabel: 'Handbook', ...general });
    expect((await findApplication(id))?.slug).toBe(slug);
  });

  it('refuses the second of two administrators and carries what is stored now', async () => {
    const { id } = await bookmark('Wiki');
    await updateApplication(systemActor, { id, version: 1, displayLabel: 'Handbook', ...general });
    await expect(
      updateApplication(systemActor, { id, version: 1, displayLabel: 'Manual', ...general }),
    ).rejects.toMatchObject({
      code: 'stale_version',
      details: { version: 2, values: { displayLabel: 'Handbook' } },
    });
    expect((await findApplication(id))?.displayLabel).toBe('Handbook');
  });

  it('gives no address of a bookmark to an application that is none', async () => {
    const { id } = await create('Egnyte');
    await expect(
      saveBookmark(systemActor, { id, version: 1, bookmarkUrl: 'https://a.example/', activation: 'keep' }),
    ).rejects.toMatchObject({ code: 'conflict' });
  });

  it('saves the address of a bookmark and whether it is active together or not at all', async () => {
    const { id } = await bookmark('Wiki');
    const bookmarkUrl = 'https://handbook.example/';
    await saveBookmark(systemActor, { id, version: 1, bookmarkUrl, activation: 'deactivate' });
    expect(await findApplication(id)).toMatchObject({ bookmarkUrl, ssoStatus: 'inactive' });
    // What a second administrator still sees as active is saved nowhere, and told.
    const stale = { id, version: 1, bookmarkUrl: 'https://other.example/', activation: 'activate' as const };
    await expect(saveBookmark(systemActor, stale)).rejects.toMatchObject({ code: 'stale_version' });
    expect(await findApplication(id)).toMatchObject({ bookmarkUrl, ssoStatus: 'inactive' });
    // That it is so already is no error.
    await saveBookmark(systemActor, { id, version: 2, bookmarkUrl, activation: 'deactivate' });
    const names = await db.event.findMany({ where: { applicationId: id, outcome: 'success' }, orderBy: { id: 'asc' } });
    expect(names.map(({ name }) => name)).toEqual(['application_create', 'sso_deactivate', 'sso_update', 'sso_update']);
  });

  it('refuses a typed username that the application would refuse', async () => {
    const { id } = await create('Egnyte');
    const userId = await person('ana');
    await expect(
      setApplicationUsername(systemActor, { applicationId: id, userId, applicationUsername: 'ana@example.com' }),
    ).rejects.toMatchObject({ code: 'invalid_input', field: 'applicationUsername' });
    await setApplicationUsername(systemActor, { applicationId: id, userId, applicationUsername: 'ana.m' });
    const row = await db.applicationUser.findFirstOrThrow();
    expect(row).toMatchObject({ applicationUsername: 'ana.m', assigned: false });
  });
});

describe('deleting', () => {
  it('needs the number of applications typed, and deletes nothing on another number', async () => {
    const ids = [(await bookmark('A')).id, (await bookmark('B')).id];
    for (const typedCount of ['1', '3', '', 'two', '2 ']) {
      if (typedCount.trim() === '2') continue;
      await expect(deleteApplications(systemActor, { ids, typedCount })).rejects.toMatchObject({
        code: 'confirmation_mismatch',
      });
    }
    expect(await db.application.count()).toBe(2);
    const { deleted } = await deleteApplications(systemActor, { ids, typedCount: '2' });
    expect(deleted.map((row) => row.displayLabel).sort()).toEqual(['A', 'B']);
    expect(await db.application.count()).toBe(0);
    expect(await db.event.count({ where: { name: 'application_delete', outcome: 'success' } })).toBe(2);
  });

  it('deletes none when one of them is gone already', async () => {
    const { id } = await bookmark('A');
    const gone = randomUUID();
    await expect(deleteApplications(systemActor, { ids: [id, gone], typedCount: '2' })).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await db.application.count()).toBe(1);
  });
});

describe('association', () => {
  it('is the same from both sides, with an event and a task each time', async () => {
    const { id: applicationId } = await bookmark('Wiki');
    const groupId = await group('Staff');
    await associateGroup(systemActor, { applicationId, groupId });
    expect(await changeApplicationsOfGroup(systemActor, { groupId, add: [applicationId], remove: [] })).toMatchObject({
      id: groupId,
      version: 1,
      added: 0,
      removed: 0,
      conflicts: 0,
    });
    expect(await changeApplicationsOfGroup(systemActor, { groupId, add: [], remove: [applicationId] })).toMatchObject({
      id: groupId,
      version: 1,
      added: 0,
      removed: 1,
      conflicts: 0,
    });
    const events = await db.event.findMany({ where: { applicationId, targetId: groupId }, orderBy: { id: 'asc' } });
    expect(events.map((event) => [event.name, event.targetName, event.applicationLabel])).toEqual([
      ['association_create', 'Staff', 'Wiki'],
      ['association_delete', 'Staff', 'Wiki'],
    ]);
    const jobs = (await queued()).filter((job) => job.payload.applicationId === applicationId);
    expect(jobs.map((job) => job.task_identifier)).toEqual(['application-changed', 'application-changed']);
  });

  it('refuses a deleted group and saves nothing of the form', async () => {
    const { id: applicationId } = await bookmark('Wiki');
    const [kept, gone] = [await group('Kept'), await group('Gone')];
    await db.group.update({ where: { id: gone }, data: { deletedAt: new Date() } });
    await expect(
      changeGroupsOfApplication(systemActor, { applicationId, add: [kept, gone], remove: [] }),
    ).rejects.toMatchObject({ code: 'not_found' });
    expect(await db.applicationGroup.count()).toBe(0);
  });

  it('says before saving whom it lets in and shuts out, nested members and suspended people considered', async () => {
    const { id: applicationId } = await bookmark('Wiki');
    const [ana, ben, cho, dan] = [
      await person('ana'),
      await person('ben'),
      await person('cho', 'suspended'),
      await person('dan'),
    ];
    const staff = await group('Staff', [ana]);
    await group('Engineers', [ben, cho], [staff]);
    const other = await group('Other', [ana, dan]);
    await associateGroup(systemActor, { applicationId, groupId: other });
    expect(await associationImpact(applicationId, { add: [staff], remove: [other] })).toMatchObject({
      enter: 1,
      leave: 1,
      total: 2,
    });
  });

  it('says who of the members it lets in is not let in, and who of those it shuts out is not, so that it adds up', async () => {
    const { id: applicationId } = await bookmark('Wiki');
    const [ana, ben, cho, dan] = [
      await person('ana'),
      await person('ben'),
      await person('cho', 'suspended'),
      await person('dan'),
    ];
    const staff = await group('Staff', [ana, cho]);
    await group('Engineers', [ben], [staff]);
    const other = await group('Other', [ana, dan, cho]);
    await associateGroup(systemActor, { applicationId, groupId: other });
    await assignUser(systemActor, { applicationId, userId: dan });
    const named = async (...ids: string[]) => {
      const people = await db.user.findMany({ where: { id: { in: ids } }, orderBy: { displayName: 'asc' } });
      return { count: ids.length, first: people.map(({ id, displayName }) => ({ id, displayName })) };
    };
    const nobody = { count: 0, first: [] };
    expect(await associationImpact(applicationId, { add: [staff], remove: [] })).toEqual({
      ...{
        enter: 1,
        leave: 0,
        isExact: true,
        total: 3,
        totalIsExact: true,
        members: 3,
        already: await named(ana),
        suspended: await named(cho),
      },
      ...{ removedMembers: 0, kept: nobody, removedSuspended: nobody },
    });
    expect(await associationImpact(applicationId, { add: [], remove: [other] })).toEqual({
      ...{
        enter: 0,
        leave: 1,
        isExact: true,
        total: 1,
        totalIsExact: true,
        members: 0,
        already: nobody,
        suspended: nobody,
      },
      ...{ removedMembers: 3, kept: await named(dan), removedSuspended: await named(cho) },
    });
    const many = await group(
      'Many',
      await Promise.all(['e', 'f', 'g', 'h', 'i', 'j'].map((name) => person(name, 'suspended'))),
    );
    const { suspended } = await associationImpact(applicationId, { add: [many], remove: [] });
    expect([suspended.count, suspended.first.length]).toEqual([6, 5]);
  });
});

describe('scope', () => {
  let applicationId: string;
  beforeEach(async () => {
    applicationId = (await bookmark('Wiki')).id;
  });

  it('is empty until a group or a person is associated: users are implicitly denied', async () => {
    const ana = await person('ana');
    expect(await grantedAmong(db, applicationId, [ana])).toEqual(new Set());
    expect(await listPortalTiles(ana)).toEqual([]);
  });

  it('counts members of nested groups, direct assignments, and nobody through a deleted group', async () => {
    const [ana, ben, cho] = [await person('ana'), await person('ben'), await person('cho')];
    const staff = await group('Staff');
    const engineers = await group('Engineers', [], [staff]);
    await group('Backend', [ana], [engineers]);
    await associateGroup(systemActor, { applicationId, groupId: staff });
    await assignUser(systemActor, { applicationId, userId: ben });
    expect(await grantedAmong(db, applicationId, [ana, ben, cho])).toEqual(new Set([ana, ben]));
    const application = { id: applicationId, usernameFormat: 'username' };
    const asked = { applications: [application], userIds: [ana, ben, cho], parts: ['grants'] as const };
    const grants = (await readStandings(db, asked, new Date())).map(({ user, ...standing }) => [
      user.id,
      standing.grants,
    ]);
    expect(Object.fromEntries(grants)).toMatchObject({
      [ana]: { direct: false, groups: [{ name: 'Staff' }] },
      [ben]: { direct: true, groups: [] },
      [cho]: { direct: false, groups: [] },
    });
    expect((await listPortalTiles(ana)).map((tile) => tile.displayLabel)).toEqual(['Wiki']);

    await db.group.update({ where: { id: engineers }, data: { deletedAt: new Date() } });
    await unassignUser(systemActor, { applicationId, userId: ben });
    expect(await grantedAmong(db, applicationId, [ana, ben, cho])).toEqual(new Set());
    expect(await listPortalTiles(ana)).toEqual([]);
  });

  it('ends with the disassociation, unless another group still grants it', async () => {
    const ana = await person('ana');
    const [one, two] = [await group('One', [ana]), await group('Two', [ana])];
    await changeGroupsOfApplication(systemActor, { applicationId, add: [one, two], remove: [] });
    await disassociateGroup(systemActor, { applicationId, groupId: one });
    expect(await grantedAmong(db, applicationId, [ana])).toEqual(new Set([ana]));
    await disassociateGroup(systemActor, { applicationId, groupId: two });
    expect(await grantedAmong(db, applicationId, [ana])).toEqual(new Set());
  });

  it('tells when somebody last began to use an application, and of nobody else', async () => {
    const [ana, ben] = [await person('ana'), await person('ben')];
    for (const userId of [ana, ben]) await assignUser(systemActor, { applicationId, userId });
    const [before, last] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-01-02T00:00:00Z')];
    for (const createdAt of [last, before]) {
      const more = { id: randomUUID(), sessionIndex: randomUUID(), nameId: 'ana', createdAt };
      const times = { authenticatedAt: createdAt, lastSeenAt: createdAt, expiresAt: createdAt };
      const session = await db.session.create({ data: { userId: ana, ...times } });
      await db.samlSession.create({ data: { ...more, applicationId, sessionId: session.id } });
    }
    expect(await listPortalTiles(ana)).toMatchObject([{ displayLabel: 'Wiki', usedAt: last }]);
    expect(await listPortalTiles(ben)).toMatchObject([{ displayLabel: 'Wiki', usedAt: null }]);
  });

  it('hides the tile of a hidden application', async () => {
    const ana = await person('ana');
    await assignUser(systemActor, { applicationId, userId: ana });
    await updateApplication(systemActor, {
      id: applicationId,
      version: 1,
      displayLabel: 'Wiki',
      ...general,
      showInPortal: false,
    });
    expect(await listPortalTiles(ana)).toEqual([]);
  });
});

describe('Configured Applications', () => {
  it('pages by key over every sort, each row once, forwards and backwards', async () => {
    for (const label of ['delta', 'Alpha', 'charlie', 'Bravo', 'echo']) await bookmark(label);
    for (const sort of ['displayLabel', 'ssoStatus', 'idmStatus', 'certificate', 'lastCycle', 'openErrors'] as const) {
      for (const descending of [false, true]) {
        const seen: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await listApplications({ sort, descending, limit: 2, cursor });
          expect(page.total).toBe(5);
          seen.push(...page.items.map((row) => row.displayLabel));
          cursor = page.nextCursor;
        } while (cursor);
        expect([...seen].sort(), sort).toEqual(['Alpha', 'Bravo', 'charlie', 'delta', 'echo']);
        if (sort === 'displayLabel') {
          const byName = ['Alpha', 'Bravo', 'charlie', 'delta', 'echo'];
          expect(seen).toEqual(descending ? byName.reverse() : byName);
        }
      }
    }
  });

  it('searches for the text as typed, wildcards included', async () => {
    await bookmark('100% Wiki');
    await bookmark('Wiki');
    expect((await listApplications({ q: '100%' })).items.map((row) => row.displayLabel)).toEqual(['100% Wiki']);
    expect((await listApplications({ q: '_' })).items).toEqual([]);
  });
});
