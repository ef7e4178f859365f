import type { Settings } from '@/lib/settings/schema';

export interface SettingField {
  name: keyof Settings;
  label: string;
  /** One, several. */
  unit: [string, string];
  help: string;
}

const days: SettingField['unit'] = ['day', 'days'];

/** The settings as the screen shows them: what each means. */
export const settingSections: readonly { title: string; description: string; fields: readonly SettingField[] }[] = [
  {
    title: 'Retention',
    description: 'How long is kept what grows by itself. What is older is deleted in the background.',
    fields: [
      {
        name: 'eventRetentionDays',
        label: 'Events',
        unit: days,
        help: 'Who did what. Send them to your SIEM by a webhook or the feed where they have to be kept for longer.',
      },
      {
        name: 'exchangeRetentionDays',
        label: 'Requests and responses',
        unit: days,
        help: 'What was sent to an application, and what it answered. They go with their operation at the latest.',
      },
      {
        name: 'operationRetentionDays',
        label: 'Operations',
        unit: days,
        help: 'Each attempt at an account or a group, with what it changed. Links and accounts stay.',
      },
      { name: 'cycleRetentionDays', label: 'Cycles', unit: days, help: 'Counted from the end of a cycle.' },
      {
        name: 'importRetentionDays',
        label: 'Finished imports',
        unit: days,
        help: 'With their rows. People and links that an import made stay.',
      },
      { name: 'mailRetentionDays', label: 'Mails', unit: days, help: 'What the Outbox shows, sent or not.' },
      {
        name: 'deliveryRetentionDays',
        label: 'Deliveries of webhooks',
        unit: days,
        help: 'Those that were accepted or given up.',
      },
    ],
  },
  {
    title: 'Sign-in',
    description: 'When people have to give their password again.',
    fields: [
      {
        name: 'sessionHours',
        label: 'A sign-in lasts at most',
        unit: ['hour', 'hours'],
        help: 'Whatever is done meanwhile. Holds for sign-ins that begin after the change.',
      },
      {
        name: 'sessionIdleMinutes',
        label: 'It ends without use after',
        unit: ['minute', 'minutes'],
        help: 'Counted from what was done last. Holds for sign-ins that are open, too.',
      },
    ],
  },
  {
    title: 'Limits',
    description: 'What people and programs may send who are not signed in.',
    fields: [
      {
        name: 'strangerRequestsPerMinute',
        label: 'Requests a minute from one address',
        unit: ['request', 'requests'],
        help: 'More are answered 429. A sign-in takes about ten. Raise it where many people share an address; behind a reverse proxy, LATCHKEY_TRUSTED_PROXIES has to name it, or everybody shares its own.',
      },
    ],
  },
];

export function valueWithUnit({ unit: [one, several] }: SettingField, value: number): string {
  return `${value.toLocaleString('en')} ${value === 1 ? one : several}`;
}

/** The settings as they are compared with what somebody else saved. */
export const comparedSettings = Object.fromEntries(
  settingSections
    .flatMap(({ fields }) => fields)
    .map((field) => [
      field.name,
      {
        label: field.label,
        say: (value: unknown) => (typeof value === 'number' ? valueWithUnit(field, value) : String(value)),
      },
    ]),
);
