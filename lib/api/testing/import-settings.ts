import { expect } from 'vitest';
import { db } from '@/lib/db/client';
import { defaultMatching, defaultReverseMappings } from '@/lib/imports/settings-schema';
import type { Case, Sent, World } from './world';

const at = async (world: World) => ({ params: { application: (await world.application()).slug } });
const nowhere = '00000000-0000-7000-8000-000000000000';

const bounds = { safeguardPeople: 20, safeguardPercent: 10 };
const schedule = { importTakes: 'people', importEvery: 'never', fullReading: 'daily', ...bounds };
const settings = {
  schedule: { ...schedule, importTakes: 'groups', importEvery: 'daily' },
  matching: {
    rules: [{ by: ['username', 'mapped:externalId'], caseSensitive: true }, { by: ['email'] }],
    stopAtFirst: true,
    partialOnNames: false,
    autoConfirm: ['username_and_email'],
  },
  mappings: [
    ...defaultReverseMappings.filter(({ attribute }) => attribute !== 'location'),
    { attribute: 'location', kind: 'expression', source: 'ToUpper([addresses.locality])', onUpdate: false },
  ],
};
const custom = { attribute: 'customAttributes.taken', kind: 'direct', source: 'title' };

const withMatching = (part: object) => (sent: Sent) => ({
  ...sent,
  body: { ...settings, matching: { ...settings.matching, ...part } },
});
const withLast = (part: object) => (sent: Sent) => ({
  ...sent,
  body: { ...settings, mappings: [...settings.mappings.slice(0, -1), { ...settings.mappings.at(-1), ...part }] },
});

export const importSettingsCases: Record<string, Case> = {
  getImportSettings: {
    valid: at,
    after: (answer) => {
      expect(answer).toEqual({ version: 1, matching: defaultMatching, mappings: defaultReverseMappings, schedule });
    },
  },
  updateImportSettings: {
    valid: async (world) => ({ ...(await at(world)), headers: { 'if-match': '"1"' }, body: settings }),
    invalid: [
      { change: withMatching({ rules: [] }), field: 'matching.rules' },
      { change: withMatching({ rules: [{ by: ['phone'] }] }), field: 'matching.rules.0.by.0' },
      { change: withMatching({ rules: [{ by: ['email', 'email'] }] }), field: 'matching.rules.0.by' },
      { change: withMatching({ rules: [{ by: ['email', 'matchingAttributes'] }] }), field: 'matching.rules.0.by' },
      { change: withMatching({ autoConfirm: ['partial'] }), field: 'matching.autoConfirm.0' },
      {
        change: (sent) => ({ ...sent, body: { ...settings, schedule: { ...schedule, safeguardPercent: 101 } } }),
        field: 'schedule.safeguardPercent',
      },
      { change: withLast({ source: 'ToUpper(' }), code: 'expression_error', field: 'mappings.11.source' },
      { change: withLast({ kind: 'direct', source: 'level[' }), field: 'mappings.11.source' },
      { change: withLast({ attribute: 'phone' }), field: 'mappings.11.attribute' },
      { change: withLast(custom), field: 'mappings.11.attribute' },
      { change: (sent) => ({ ...sent, body: { ...settings, mappings: [] } }), field: 'mappings' },
    ],
    after: async (answer, sent, world) => {
      expect(answer).toMatchObject({
        version: 2,
        matching: { stopAtFirst: true, autoConfirm: ['username_and_email'] },
        schedule: { ...schedule, importTakes: 'groups', importEvery: 'daily' },
      });
      const path = `/applications/${sent.params?.application}/import-settings` as const;
      const read = await world.send('GET', path, { token: await world.token('helpdesk') });
      expect(read.body).toEqual(answer);
      const event = await db.event.findFirst({ where: { name: 'import_settings_update' }, orderBy: { id: 'desc' } });
      expect(event).toMatchObject({
        changes: {
          partialOnNames: { from: true, to: false },
          importEvery: { from: 'Never', to: 'Every day' },
          rules: { to: ['username + mapped:externalId (case)', 'email'] },
          'take Location': { from: null, to: 'expression ToUpper([addresses.locality]) (only when created)' },
        },
      });
    },
  },
  previewImportSettings: {
    valid: async (world) => {
      const sent = await at(world);
      const { id: applicationId } = await db.application.findFirstOrThrow({ where: { slug: sent.params.application } });
      const resource = { id: '7', userName: 'ana', addresses: [{ locality: 'Berlin' }], title: 'Lead' };
      const account = { remoteId: '7', userName: 'ana', userNameFolded: 'ana', active: true, resource };
      await db.remoteAccount.create({ data: { applicationId, ...account, readAt: new Date() } });
      const mappings = [
        { attribute: 'location', kind: 'expression', source: 'ToUpper([addresses.locality])', onUpdate: true },
        { attribute: 'jobTitle', kind: 'direct', source: 'title', onUpdate: true },
        { attribute: 'phone', kind: 'expression', source: 'ToUpper(', onUpdate: true },
      ];
      return { ...sent, body: { mappings } };
    },
    invalid: [
      {
        change: ({ body }) => ({ body: { ...(body as object), remoteId: nowhere } }),
        code: 'not_found',
        field: 'remoteId',
      },
      { change: () => ({ body: { mappings: [{ attribute: 'role', kind: 'constant', source: 'administrator' }] } }) },
    ],
    after: (answer) => {
      expect(answer).toMatchObject({
        account: { remoteId: '7', userName: 'ana' },
        names: expect.arrayContaining(['addresses.locality', 'title', 'userName']),
        values: [
          { attribute: 'location', value: 'BERLIN', problem: null },
          { attribute: 'jobTitle', value: 'Lead' },
          { attribute: 'phone', value: null, problem: expect.any(String) },
        ],
      });
    },
  },
};
