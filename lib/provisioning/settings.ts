import { z } from 'zod';
import type { IdentityManagementPart } from '@/lib/core/links';
import {
  choiceSetting,
  emailSetting,
  inColumn,
  lineSetting,
  numberSetting,
  type Settings,
  switchSetting,
  type ValuesOf,
} from '@/lib/core/setting';

const baseUrl = z
  .string()
  .trim()
  .min(1, 'Enter the base URL')
  .max(2_048, 'At most 2,048 characters')
  .refine((text) => !/\{\w+\}/.test(text), {
    error: ({ input }) => `Replace ${String(input).match(/\{\w+\}/)?.[0]} with your own value.`,
  });

const action = (label: string, help: string) => switchSetting({ label, help, control: 'check', initial: true });

/** What is sent at all. What a switch suppresses is planned and shown as skipped, and is sent once it is on again. */
export const actionSettings = {
  createUsers: action(
    'Create users',
    'For people in scope who have no account. Switched off, an account that is there already is still taken over.',
  ),
  updateUsers: action(
    'Update user attributes',
    'Mapped values that have changed. Accounts of people who are back are reactivated by it, too.',
  ),
  deactivateUsers: action(
    'Deactivate users',
    'Switched off, nobody loses an active account: whoever is suspended keeps it as well. SSO refuses them at once, but what the application lets them do without SSO they can go on doing.',
  ),
  deleteUsers: action(
    'Delete users',
    'Accounts of people who are deleted for good, and of those who leave where that deletes the account.',
  ),
  pushGroups: action('Push groups', 'User groups and their members, where they are managed.'),
  deprovisionAction: choiceSetting({
    label: 'When somebody leaves',
    help: 'Whoever is not in scope any more, or was deleted. Whoever is suspended is only ever deactivated. An account that is inactive already stays so until the person is deleted for good.',
    options: [
      { value: 'deactivate', label: 'Deactivate the account' },
      { value: 'delete', label: 'Delete the account' },
      { value: 'nothing', label: 'Leave the account as it is' },
    ],
    initial: 'deactivate',
  }),
} satisfies Settings;
export type ActionSettings = ValuesOf<typeof actionSettings>;

/** What is done about groups that are there, and members whom nobody here has put there. */
export const groupSettings = {
  takeOverGroups: choiceSetting({
    label: 'An existing group of the same name',
    help: 'Members over there that are not managed here stay when a group is taken over. What waits is linked on the User Groups tab.',
    options: [
      { value: 'always', label: 'Take it over' },
      { value: 'unlessForeign', label: 'Take it over, unless it has members that are not managed here: then ask' },
      { value: 'never', label: 'Always ask first' },
    ],
    initial: 'always',
  }),
  exactMembership: switchSetting({
    label: 'Remove members that are not managed here',
    help: 'Groups that are managed have exactly the members that they have here. Whoever was put in over there is removed, at the next full cycle at the latest.',
    control: 'check',
    initial: false,
  }),
} satisfies Settings;
export type GroupSettings = ValuesOf<typeof groupSettings>;

/** How many may lose their account within some time before somebody is asked. */
export const guardSettings = {
  guardEnabled: switchSetting({
    label: 'Guard against accidental deprovisioning',
    help: 'Where more people than this would lose their account within the time, all that was not sent yet waits until somebody allows it, whatever caused it. Whoever is suspended loses the account at once, and counts.',
    control: 'check',
    initial: true,
  }),
  guardPeople: numberSetting({
    label: 'More than',
    unit: ['person', 'people'],
    min: 1,
    max: 100_000,
    initial: 20,
  }),
  guardPercent: numberSetting({
    label: 'And more than',
    help: 'Of the accounts that are active. Whichever of the two is more counts.',
    unit: ['percent', 'percent'],
    min: 1,
    max: 100,
    initial: 10,
  }),
  guardHours: numberSetting({
    label: 'Within',
    help: 'A day catches what goes wrong little by little, and lets tomorrow begin with nothing counted.',
    unit: ['hour', 'hours'],
    min: 1,
    max: 720,
    atMost: '30 days',
    initial: 24,
  }),
} satisfies Settings;
export type GuardSettings = ValuesOf<typeof guardSettings>;

/** What waits for somebody before it is sent. */
export const holdSettings = {
  ...guardSettings,
  holdDeprovisioning: switchSetting({
    label: 'Hold deactivations and deletions until somebody allows them',
    help: 'They wait on the Provisioning tab, each with its reason. Whoever is suspended loses their account at once all the same.',
    control: 'check',
    initial: false,
  }),
} satisfies Settings;

/** What is done about an account that somebody else changed over there. */
export const driftSettings = {
  driftAction: choiceSetting({
    label: 'An attribute was changed over there',
    help: 'Found by a full cycle. What the directory changes is sent in any case.',
    options: [
      { value: 'correct', label: 'Correct it' },
      { value: 'show', label: 'Only show it' },
    ],
    initial: 'correct',
  }),
  deletedOverThere: choiceSetting({
    label: 'An account was deleted over there',
    help: 'Of somebody who is in scope. What is left is shown with the person, and recreated when somebody asks for it.',
    options: [
      { value: 'recreate', label: 'Create it again' },
      { value: 'leave', label: 'Leave it deleted' },
    ],
    initial: 'recreate',
  }),
  reactivatedSuspended: choiceSetting({
    label: 'An account of somebody suspended or deleted was made active over there',
    options: [
      { value: 'deactivate', label: 'Deactivate it again' },
      { value: 'show', label: 'Only show it' },
    ],
    initial: 'deactivate',
  }),
  reactivatedLeft: choiceSetting({
    label: 'An account of somebody who is only out of scope was made active over there',
    help: 'They left the groups that let them in, or the scoping filter leaves them out. Somebody over there may have had a reason.',
    options: [
      { value: 'deactivate', label: 'Deactivate it again' },
      { value: 'show', label: 'Only show it' },
    ],
    initial: 'show',
  }),
} satisfies Settings;
export type DriftSettings = ValuesOf<typeof driftSettings>;

/** Who is told what somebody has to do about a connection. */
export const notificationSettings = {
  notificationEmail: emailSetting({
    label: 'E-mail address for notifications',
    help: 'Is told of quarantine and its end, of accounts that wait for a decision, and of secrets that end. Empty: the address under Settings › General, or else all administrators.',
  }),
} satisfies Settings;

/** A day, as a date field has it; empty: none. */
const day = z
  .string()
  .trim()
  .refine((text) => text === '' || (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))), {
    error: 'Enter a date as 2027-03-31',
  });

/** What an administrator knows of the secret. */
export const secretSettings = {
  secretEnds: {
    ...lineSetting({
      label: 'The secret ends on',
      help: 'You are told 30 and 7 days before. A token that says by itself when it ends (a JWT) needs no note; replacing the credentials clears it.',
      max: 10,
      control: { type: 'date' },
    }),
    schema: day,
  },
  secretOwner: lineSetting({ label: 'Who renews it', help: 'Named in the warning.', max: 200 }),
} satisfies Settings;

/** Of accounts that an application creates with a password only: asked for where a rule of its template has one generated. */
export const accountSettings = {
  generatedPasswordLength: numberSetting({
    label: 'Length of generated passwords',
    help: 'Of service accounts, which are created with a password. Nobody sees it here: it is reset in the application.',
    unit: ['character', 'characters'],
    min: 12,
    max: 128,
    initial: 16,
  }),
} satisfies Settings;

/** What activation and the schedule ask for has a column. */
const addressSettings = {
  baseUrl: inColumn({
    ...lineSetting({
      label: 'Base URL',
      help: 'Another address is tested before it is saved.',
      max: 2_048,
      required: 'Enter the base URL',
      control: { mono: true, type: 'url' },
    }),
    schema: baseUrl,
  }),
} satisfies Settings;

const cycleSettings = {
  intervalMinutes: inColumn(
    numberSetting({
      label: 'Full cycle every',
      help: 'Changes are sent within seconds; a full cycle finds what changed over there.',
      unit: ['minute', 'minutes'],
      min: 5,
      max: 10_080,
      atMost: 'a week',
      initial: 40,
    }),
  ),
  manageGroups: inColumn(
    switchSetting({
      label: 'Enable management of User Groups and Group Membership in this application',
      help: 'Switched off, groups and memberships over there are left as they are, and people go on being managed.',
      control: 'check',
      initial: true,
    }),
  ),
} satisfies Settings;

/** Settings of a connection. A new one is a member of one of these, and stands where that stands in `connectionParts`. */
export const connectionSettings = {
  ...addressSettings,
  ...cycleSettings,
  ...secretSettings,
  ...accountSettings,
  ...actionSettings,
  ...groupSettings,
  ...driftSettings,
  ...holdSettings,
  ...notificationSettings,
} satisfies Settings;

interface SettingsPart {
  label: string;
  /** In the order of the screen. */
  sections: readonly { title: string; description?: string; settings: Settings }[];
}

/** What stands together on the Identity Management tab, each part with an address of its own. */
export const connectionParts = {
  connection: {
    label: 'Connection',
    sections: [
      { title: 'Connection', settings: { ...addressSettings, ...cycleSettings, ...accountSettings } },
      { title: 'When the secret ends', settings: secretSettings },
    ],
  },
  sending: {
    label: 'What is sent',
    sections: [
      {
        title: 'What is sent',
        description: 'What is switched off is planned and shown as skipped, and sent once it is on again.',
        settings: actionSettings,
      },
      {
        title: 'Groups that are there already',
        description: 'What becomes of groups, and of their members, that nobody here has put there.',
        settings: groupSettings,
      },
    ],
  },
  drift: {
    label: 'Drift',
    sections: [
      {
        title: 'What others change over there',
        description: 'An account differs from what it was last sent, and nobody changed the person here.',
        settings: driftSettings,
      },
    ],
  },
  waiting: {
    label: 'Safeguards',
    sections: [
      {
        title: 'What waits for somebody',
        description: 'Before accounts are lost, somebody is asked.',
        settings: holdSettings,
      },
    ],
  },
  notifications: {
    label: 'Notifications',
    sections: [{ title: 'Who is told', settings: notificationSettings }],
  },
  server: { label: 'Server profile', sections: [] },
} as const satisfies Record<IdentityManagementPart, SettingsPart>;
