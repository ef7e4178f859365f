import { z } from 'zod';
import { mailStates } from '@/lib/core/states';
import { listAttention } from '@/lib/home/attention';
import { type FoundItem, searchEverything } from '@/lib/home/search';
import { moveDemoClock } from '@/lib/installation/move-demo-clock';
import { checkReadiness } from '@/lib/installation/readiness';
import { resetDemoAndSandbox } from '@/lib/installation/reset-demo-and-sandbox';
import { previewRetention } from '@/lib/installation/retention';
import { updateSettings } from '@/lib/installation/update-settings';
import { listMails, readMail } from '@/lib/mail/read-outbox';
import { pauseProvisioning, resumeProvisioning } from '@/lib/provisioning/pause-everything';
import { findProvisioningPause, type ProvisioningPause } from '@/lib/settings/provisioning-pause';
import { retentionQuerySchema, settingsAnswerSchema, settingsValuesSchema } from '@/lib/settings/schema';
import { readSettings } from '@/lib/settings/settings';
import manifest from '@/package.json';
import { idParams, pageOf, pageQuery, partial, searchQuery } from '../fields';
import { defineOperation } from '../operation';
import { toOperation } from '../to-operation';

const tag = 'Administration';

const health = z
  .object({
    ready: z.boolean().describe('Everything that the product needs is there.'),
    version: z.string(),
    checks: z
      .object({ database: z.string(), migrations: z.string(), worker: z.string(), disk: z.string().optional() })
      .describe('`ok`, or in words what is missing.'),
  })
  .meta({ id: 'Health' });

const attentionItem = z
  .object({
    id: z.string().describe('The same as long as the cause is.'),
    severity: z.enum(['error', 'warning']),
    subject: z.string().describe('What it is about, by name.'),
    application: z
      .object({ id: z.uuid(), displayLabel: z.string() })
      .nullable()
      .describe('Null: about a webhook, or about names in the directory.'),
    title: z.string(),
    cause: z.string(),
    action: z
      .object({
        label: z.string(),
        href: z.string().describe('A page of the console.'),
        needs: z.string().nullable().describe('The permission that it takes; null: to see it is enough.'),
      })
      .describe('What to do about it.'),
  })
  .meta({ id: 'AttentionItem' });

const foundItem = z
  .object({
    type: z.enum(['user', 'group', 'application', 'failed_sign_in']),
    id: z.uuid(),
    label: z.string(),
    hint: z.string().optional().describe("A person's e-mail address."),
    deleted: z.boolean().optional().describe('Of a person who was deleted and can be restored: true.'),
    href: z.string().describe('The page of the console.'),
  })
  .meta({ id: 'FoundItem' });

const types = {
  People: 'user',
  'User Groups': 'group',
  Applications: 'application',
  'Failed sign-ins': 'failed_sign_in',
} as const satisfies Record<FoundItem['group'], string>;

const mailShape = {
  id: z.uuid(),
  to: z.string(),
  subject: z.string(),
  createdAt: z.date(),
  sentAt: z.date().nullable(),
  error: z.string().nullable().describe('What the mail server said to the last attempt.'),
};

const mail = z.object(mailShape).meta({ id: 'Mail' });
const mailDetail = z
  .object({ ...mailShape, text: z.string().describe('May hold an activation link that works.') })
  .meta({ id: 'MailDetail' });

const pause = z
  .object({
    paused: z.boolean(),
    since: z.iso.datetime().nullable(),
    by: z.string().nullable().describe('Who paused it.'),
  })
  .meta({ id: 'ProvisioningPause' });

function presentPause(found: ProvisioningPause | null) {
  return { paused: found !== null, since: found?.since ?? null, by: found?.by ?? null };
}

const settings = settingsAnswerSchema.meta({ id: 'Settings' });

async function presentSettings() {
  const stored = await readSettings();
  return { version: stored.version, ...stored.settings };
}

export const administrationOperations = [
  defineOperation(
    {
      id: 'getHealth',
      method: 'GET',
      path: '/health',
      tag,
      summary: 'Read the version, and whether everything that is needed runs',
      description: 'Answers 200 also when something is missing; `/readyz`, which asks for no token, answers 503.',
      permission: 'console.use',
      answer: health,
    },
    async () => ({ ...(await checkReadiness()), version: manifest.version }),
  ),
  defineOperation(
    {
      id: 'listAttention',
      method: 'GET',
      path: '/attention',
      tag,
      summary: 'List what needs attention',
      description:
        'Connections that are quarantined or paused, accounts that fail, certificates near their end, webhooks that are refused.',
      permission: 'console.use',
      answer: z.object({ items: z.array(attentionItem) }),
    },
    async () => ({ items: await listAttention() }),
  ),
  defineOperation(
    {
      id: 'searchEverything',
      method: 'GET',
      path: '/search',
      tag,
      summary: 'Find people, user groups and applications',
      description:
        'The first six of each, and after the people up to three who are deleted. Of words that very many have, the first 1,200 people and user groups are looked at.',
      permission: 'console.use',
      query: z.object({ q: z.string().trim().min(1).max(200).describe('Words that are all wanted.') }),
      answer: z.object({ items: z.array(foundItem), partial }),
    },
    async ({ query }) => {
      const found = await searchEverything(query.q);
      return {
        items: found.items.map(({ group, ...item }) => ({ ...item, type: types[group] })),
        partial: found.partial,
      };
    },
  ),
  defineOperation(
    {
      id: 'getSettings',
      method: 'GET',
      path: '/settings',
      tag,
      summary: 'Read the settings of the installation',
      description: 'How long is kept what, in days, and how long a sign-in lasts.',
      permission: 'settings.read',
      answer: settings,
    },
    presentSettings,
  ),
  toOperation(updateSettings, {
    method: 'PATCH',
    path: '/settings',
    tag,
    summary: 'Change the settings of the installation',
    description: 'Every process goes by them within seconds.',
    body: settingsValuesSchema,
    present: async () => {
      const stored = await readSettings();
      return { version: stored.version, values: stored.settings };
    },
    answer: settings,
    show: presentSettings,
  }),
  defineOperation(
    {
      id: 'getProvisioningPause',
      method: 'GET',
      path: '/provisioning-pause',
      tag,
      summary: 'See whether all provisioning is paused',
      permission: 'provisioning.read',
      answer: pause,
    },
    async () => presentPause(await findProvisioningPause()),
  ),
  toOperation(pauseProvisioning, {
    method: 'POST',
    path: '/provisioning-pause/pause',
    tag,
    summary: 'Pause all provisioning',
    description:
      'Nothing is sent to any application, and none is read, until it is resumed. Changes stay due. Sign-in goes on.',
    answer: pause,
    show: (installation) => presentPause(installation.pause),
  }),
  toOperation(resumeProvisioning, {
    method: 'POST',
    path: '/provisioning-pause/resume',
    tag,
    summary: 'Resume provisioning everywhere',
    description: 'What became due meanwhile is sent. Cycles that were under way start over.',
    answer: pause,
    show: (installation) => presentPause(installation.pause),
  }),
  defineOperation(
    {
      id: 'previewRetention',
      method: 'GET',
      path: '/settings/retention-preview',
      tag,
      summary: 'Count what shorter ages would delete',
      description: 'Of the ages that are sent, those that are shorter than what is stored.',
      permission: 'settings.read',
      query: retentionQuerySchema,
      answer: z.object({
        items: z.array(
          z.object({
            setting: z.string(),
            days: z.number().int(),
            rows: z
              .number()
              .int()
              .nullable()
              .describe('Up to 100,000; 100,001 stands for more. Null: counting took too long.'),
          }),
        ),
      }),
    },
    async ({ query }) => ({ items: await previewRetention(query) }),
  ),
  defineOperation(
    {
      id: 'listMails',
      method: 'GET',
      path: '/outbox',
      tag,
      summary: 'List the mails that were written, newest first',
      permission: 'outbox.read',
      query: z.object({
        q: searchQuery.describe('Text of the address or the subject.'),
        state: z.enum(mailStates).optional(),
        ...pageQuery,
      }),
      answer: pageOf(mail),
    },
    ({ query: { limit, ...filter } }) => listMails(filter, limit),
  ),
  defineOperation(
    {
      id: 'readMail',
      method: 'GET',
      path: '/outbox/{id}',
      tag,
      summary: 'Read a mail',
      permission: 'outbox.read',
      params: idParams,
      answer: mailDetail,
    },
    ({ params }) => readMail(params.id),
  ),
  toOperation(resetDemoAndSandbox, {
    method: 'POST',
    path: '/demo/reset',
    tag,
    summary: 'Bring the sample directory, the clock and the sandbox of a demo back',
    description:
      'Everything else is deleted, but for the token that asks and the one of LATCHKEY_API_TOKEN. Refused outside a demo.',
  }),
  toOperation(moveDemoClock, {
    method: 'POST',
    path: '/demo/clock',
    tag,
    summary: "Move a demo's clock forward",
    description: 'Cycles and deletions that become due run. Refused outside a demo.',
    answer: z.object({ offsetMs: z.number().int().describe('How far it is ahead of real time, in milliseconds.') }),
  }),
];
