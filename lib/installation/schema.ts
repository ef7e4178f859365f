import { z } from 'zod';

const maxDays = 3_650;
const maxHours = 720;

const days = (fallback: number) =>
  z
    .number('Enter a number of days')
    .int('Enter whole days')
    .min(1, 'At least 1 day')
    .max(maxDays, `At most ${maxDays.toLocaleString('en')} days`)
    .default(fallback);

/**
 * What an administrator sets for the whole installation, in one value (table `settings`). A member that was never saved,
 * because a later version brought it, has its default. Names carry their unit.
 */
export const settingsSchema = z.object({
  /** How long is kept what grows by itself. */
  eventRetentionDays: days(400),
  /** Requests and answers of provisioning. */
  exchangeRetentionDays: days(30),
  operationRetentionDays: days(90),
  cycleRetentionDays: days(90),
  mailRetentionDays: days(30),
  /** Imports that have ended. */
  importRetentionDays: days(90),
  /** Deliveries of webhooks that were accepted or given up. */
  deliveryRetentionDays: days(30),
  /** A sign-in ends after this long, whatever is done in it. */
  sessionHours: z
    .number('Enter a number of hours')
    .int('Enter whole hours')
    .min(1, 'At least 1 hour')
    .max(maxHours, `At most ${maxHours} hours, which is 30 days`)
    .default(12),
  /** A sign-in ends after this long without a request. */
  sessionIdleMinutes: z
    .number('Enter a number of minutes')
    .int('Enter whole minutes')
    .min(5, 'At least 5 minutes')
    .max(maxHours * 60, `At most ${(maxHours * 60).toLocaleString('en')} minutes, which is 30 days`)
    .default(120),
});
export type Settings = z.output<typeof settingsSchema>;

/** Every setting, none left to its default: what a form and a change send. `version` as it was loaded. */
export const updateSettingsSchema = z
  .object(
    Object.fromEntries(Object.entries(settingsSchema.shape).map(([name, schema]) => [name, schema.unwrap()])) as {
      [Name in keyof Settings]: ReturnType<(typeof settingsSchema.shape)[Name]['unwrap']>;
    },
  )
  .extend({ version: z.number().int().min(1) });
export type UpdateSettingsInput = z.infer<typeof updateSettingsSchema>;
