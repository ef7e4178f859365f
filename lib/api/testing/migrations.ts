import { expect } from 'vitest';
import { db } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { compareMigration } from '@/lib/moves/compare-migration';
import { handOverMigration } from '@/lib/moves/hand-over-migration';
import { signOverMigration } from '@/lib/moves/sign-over-migration';
import { startMigration } from '@/lib/moves/start-migration';
import { activateIntegration } from '@/lib/provisioning/activate-integration';
import { bookmark, withBody, without } from './applications';
import { type Case, type Sent, unique, type World } from './world';

const nobody = '00000000-0000-7000-8000-000000000000';
const unknownMigration = { change: (sent: Sent) => ({ ...sent, params: { id: nobody } }), code: 'not_found' };

/** A migration of an application that signs people in and is not provisioned. */
async function begun(world: World): Promise<string> {
  const { id: applicationId } = await world.application();
  return (
    await startMigration(systemActor, {
      applicationId,
      displayLabel: unique('New'),
      placeholders: { SUBDOMAIN: 'acmenew' },
    })
  ).id;
}

async function handedOver(world: World): Promise<string> {
  return (await handOverMigration(systemActor, { moveId: await begun(world) })).id;
}

const at = (id: string): Sent => ({ params: { id } });

/** A migration whose new instance is connected. */
async function comparing(world: World): Promise<Sent> {
  const { id: applicationId, tenant } = await world.connected();
  const move = await startMigration(systemActor, { applicationId, displayLabel: unique('New'), placeholders: {} });
  const { newId } = await db.applicationMove.findUniqueOrThrow({ where: { id: move.id } });
  await db.application.update({ where: { id: newId ?? '' }, data: { ssoStatus: 'active' } });
  const { baseUrl } = await db.integration.findUniqueOrThrow({ where: { applicationId } });
  const { token } = await (await world.peer()).control<{ token: string }>('POST', '/tokens', { tenant });
  await activateIntegration(systemActor, {
    applicationId: newId ?? '',
    baseUrl,
    authentication: { kind: 'bearer', secret: token },
    manageGroups: false,
  });
  return at(move.id);
}

export const migrationCases: Record<string, Case> = {
  startMigration: {
    valid: async (world) => ({
      params: { application: (await world.application()).slug },
      body: { displayLabel: unique('Egnyte EMEA'), placeholders: { SUBDOMAIN: 'acmeemea' } },
    }),
    invalid: [
      { change: without('displayLabel'), field: 'displayLabel' },
      { change: withBody({ slug: 'Not A Slug' }), field: 'slug' },
      { change: withBody({ placeholders: { SUBDOMAIN: 'https://x' } }), field: 'placeholders.SUBDOMAIN' },
    ],
    after: async (answer, _sent, world) => {
      expect(answer).toMatchObject({ stage: 'prepared', movesAccounts: false, movesSignOn: true, comparison: null });
      const { old } = answer as { old: { slug: string } };
      const token = await world.token('administrator');
      const body = { displayLabel: unique('Again') };
      const again = await world.send('POST', `/applications/${old.slug}/migrate`, { token, body });
      expect(again.body, 'one at a time').toMatchObject({ code: 'conflict' });
      const gone = await world.send('DELETE', `/applications/${old.slug}`, { token });
      expect(gone.body, 'nor is it deleted meanwhile').toMatchObject({ code: 'conflict' });
      const { slug } = await bookmark();
      const refused = await world.send('POST', `/applications/${slug}/migrate`, { token, body });
      expect(refused.body).toMatchObject({ code: 'conflict' });
    },
  },
  getMigration: {
    valid: async (world) => at(await begun(world)),
    invalid: [unknownMigration],
    after: (answer) => {
      expect(answer).toMatchObject({
        stage: 'prepared',
        old: { ssoStatus: 'active' },
        new: { idmStatus: 'not_configured' },
      });
    },
  },
  compareMigration: {
    valid: comparing,
    invalid: [unknownMigration],
    after: async (answer, sent, world) => {
      expect(answer).toMatchObject({ new: { idmStatus: 'paused' }, reading: { state: 'fetching' } });
      await world.work();
      const token = await world.token('helpdesk');
      const read = await world.send('GET', `/migrations/${sent.params?.id}`, { token });
      expect(read.body).toMatchObject({ reading: { state: 'review' }, isSameServer: true, comparison: { there: {} } });
      const { new: to } = read.body as { new: { slug: string } };
      const resumed = await world.send('POST', `/applications/${to.slug}/identity-management/resume`, {
        token: await world.token('administrator'),
      });
      expect(resumed.body, 'it sends nothing before').toMatchObject({ code: 'conflict' });
    },
  },
  listMigrationAccounts: {
    valid: async (world) => {
      const sent = await comparing(world);
      await compareMigration(systemActor, { moveId: sent.params?.id ?? '' });
      await world.work();
      return sent;
    },
    invalid: [unknownMigration],
    after: (answer) => expect(answer).toMatchObject({ items: expect.any(Array) }),
  },
  handOverMigration: {
    valid: async (world) => at(await begun(world)),
    invalid: [unknownMigration],
    after: (answer) => expect(answer).toMatchObject({ stage: 'handed_over', links: 0 }),
  },
  signOverMigration: {
    valid: async (world) => at(await handedOver(world)),
    invalid: [unknownMigration, { change: at.bind(null, nobody), code: 'not_found' }],
    after: (answer) => {
      expect(answer).toMatchObject({
        stage: 'signed_over',
        old: { ssoStatus: 'inactive' },
        new: { ssoStatus: 'active' },
      });
    },
  },
  finishMigration: {
    valid: async (world) => {
      const moveId = await handedOver(world);
      await signOverMigration(systemActor, { moveId });
      return { ...at(moveId), body: { old: 'delete' } };
    },
    invalid: [
      unknownMigration,
      { change: withBody({ old: 'keep' }), field: 'old' },
      { change: without('old'), field: 'old' },
    ],
    after: (answer) => expect(answer).toMatchObject({ stage: 'finished', retired: 'delete', old: null }),
  },
  stepBackMigration: {
    valid: async (world) => ({ ...at(await handedOver(world)), body: { step: 'hand_over' } }),
    invalid: [
      unknownMigration,
      { change: withBody({ step: 'sign_on' }), code: 'conflict' },
      { change: withBody({ step: 'copy' }), field: 'step' },
    ],
    after: (answer) =>
      expect(answer).toMatchObject({ stage: 'prepared', handedOverAt: null, old: { ssoStatus: 'active' } }),
  },
  backOutOfMigration: {
    valid: async (world) => {
      const moveId = await handedOver(world);
      await signOverMigration(systemActor, { moveId });
      return { ...at(moveId), body: { deleteNew: true } };
    },
    invalid: [unknownMigration, { change: withBody({ deleteNew: 'yes' }), field: 'deleteNew' }],
    after: (answer) => expect(answer).toMatchObject({ stage: 'backed_out', new: null, old: { ssoStatus: 'active' } }),
  },
};
