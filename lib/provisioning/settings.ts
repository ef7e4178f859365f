import { z } from 'zod';
import { inColumn, lineSetting, numberSetting, type Settings, switchSetting } from '@/lib/core/setting';

const baseUrl = z
  .string()
  .trim()
  .min(1, 'Enter the base URL')
  .max(2_048, 'At most 2,048 characters')
  .refine((text) => !/\{\w+\}/.test(text), {
    error: ({ input }) => `Replace ${String(input).match(/\{\w+\}/)?.[0]} with your own value.`,
  });

/** Settings of a connection. What activation and the schedule ask for has a column. */
export const connectionSettings = {
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
  holdDeprovisioning: switchSetting({
    label: 'Hold deactivations and deletions until somebody allows them',
    help: 'They wait on the Provisioning tab, each with its reason. Whoever is suspended loses their account at once all the same.',
    control: 'check',
    initial: false,
  }),
} satisfies Settings;
