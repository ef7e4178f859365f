import { z } from 'zod';
import {
  answerShape,
  emailSetting,
  inputShape,
  numberSetting,
  type Settings as SettingList,
  type ValuesOf,
} from '@/lib/core/setting';

const maxDays = 3_650;
const maxHours = 720;

const days = (label: string, help: string, initial: number, min = 1) =>
  numberSetting({ label, help, unit: ['day', 'days'], min, max: maxDays, initial });

/** How long is kept what grows by itself. Of events a week at least: a delivery to a webhook is tried for two days. */
const retention = {
  eventRetentionDays: days(
    'Events',
    'Who did what. Send them to your SIEM by a webhook or the feed where they have to be kept for longer.',
    400,
    7,
  ),
  exchangeRetentionDays: days(
    'Requests and responses',
    'What was sent to an application, and what it answered. They go with their operation at the latest.',
    30,
  ),
  operationRetentionDays: days(
    'Operations',
    'Each attempt at an account or a group, with what it changed. Links and accounts stay.',
    90,
  ),
  cycleRetentionDays: days('Cycles', 'Counted from the end of a cycle.', 90),
  importRetentionDays: days('Finished imports', 'With their rows. People and links that an import made stay.', 90),
  mailRetentionDays: days('Mails', 'What the Outbox shows, sent or not.', 30),
  deliveryRetentionDays: days('Deliveries of webhooks', 'Those that were accepted or given up.', 30),
} satisfies SettingList;

const signIn = {
  sessionHours: numberSetting({
    label: 'A sign-in lasts at most',
    help: 'Whatever is done meanwhile. Holds for sign-ins that begin after the change.',
    unit: ['hour', 'hours'],
    min: 1,
    max: maxHours,
    atMost: '30 days',
    initial: 12,
  }),
  sessionIdleMinutes: numberSetting({
    label: 'It ends without use after',
    help: 'Counted from what was done last. Holds for sign-ins that are open, too.',
    unit: ['minute', 'minutes'],
    min: 5,
    max: maxHours * 60,
    atMost: '30 days',
    initial: 120,
  }),
} satisfies SettingList;

const limits = {
  // Of IPv6, its /64: behind one address there may be a whole office.
  strangerRequestsPerMinute: numberSetting({
    label: 'Requests a minute from one address',
    help: 'More are answered 429. A sign-in takes about ten. Raise it where many people share an address; behind a reverse proxy, LATCHKEY_TRUSTED_PROXIES has to name it, or everybody shares its own.',
    unit: ['request', 'requests'],
    min: 60,
    max: 100_000,
    initial: 3_000,
  }),
} satisfies SettingList;

const notifications = {
  notificationEmail: emailSetting({
    label: 'E-mail address for notifications',
    help: 'Is told what somebody has to do about an application that has no address of its own. Empty: all administrators are.',
  }),
} satisfies SettingList;

/**
 * What an administrator sets for the whole installation, in one value (table `settings`). A member that was never saved,
 * because a later version brought it, is as it is at first. Names carry their unit.
 */
export const installationSettings = { ...retention, ...signIn, ...limits, ...notifications };
export type Settings = ValuesOf<typeof installationSettings>;

/** As the screen shows them. */
export const settingSections: readonly { title: string; description: string; settings: SettingList }[] = [
  {
    title: 'Retention',
    description: 'How long is kept what grows by itself. What is older is deleted in the background.',
    settings: retention,
  },
  { title: 'Sign-in', description: 'When people have to give their password again.', settings: signIn },
  { title: 'Limits', description: 'What people and programs may send who are not signed in.', settings: limits },
  {
    title: 'Notifications',
    description:
      'Who is told of connections that are quarantined, of what waits for a decision, and of secrets that end.',
    settings: notifications,
  },
];

/** What is made of something else is not kept for longer: its page would be empty. */
function checkTogether(settings: Settings, context: z.RefinementCtx): void {
  const refuse = (name: keyof Settings, message: string) =>
    context.addIssue({ code: 'custom', path: [name], message: `${message} (${settings.operationRetentionDays} days)` });
  if (settings.cycleRetentionDays > settings.operationRetentionDays) {
    refuse('cycleRetentionDays', 'At most as long as operations, of which a cycle is made');
  }
  if (settings.exchangeRetentionDays > settings.operationRetentionDays) {
    refuse('exchangeRetentionDays', 'At most as long as operations, with which they go');
  }
}

const values = z.object(inputShape(installationSettings));

/** What a form holds, and a change without its version. */
export const settingsValuesSchema = values.superRefine(checkTogether);

/** `version` as it was loaded. */
export const updateSettingsSchema = values.extend({ version: z.number().int().min(1) }).superRefine(checkTogether);
export type UpdateSettingsInput = z.infer<typeof updateSettingsSchema>;

/** As they are answered. */
export const settingsAnswerSchema = z.object({ version: z.number().int(), ...answerShape(installationSettings) });

const daysInQuery = z.coerce.number<string>().int().min(1).max(maxDays).optional();
const ages = Object.fromEntries(Object.keys(retention).map((name) => [name, daysInQuery])) as {
  [Name in keyof typeof retention]: typeof daysInQuery;
};

/** Ages in an address: what would they delete? */
export const retentionQuerySchema = z.object(ages);
