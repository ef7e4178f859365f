import { z } from 'zod';

const maxDays = 3_650;
const maxHours = 720;

const days = (fallback: number, least = 1) =>
  z
    .number('Enter a number of days')
    .int('Enter whole days')
    .min(least, least === 1 ? 'At least 1 day' : `At least ${least} days`)
    .max(maxDays, `At most ${maxDays.toLocaleString('en')} days`)
    .default(fallback);

/**
 * What an administrator sets for the whole installation, in one value (table `settings`). A member that was never saved,
 * because a later version brought it, has its default. Names carry their unit.
 */
export const settingsSchema = z.object({
  /** How long is kept what grows by itself. Of events a week at least: a delivery to a webhook is tried for two days. */
  eventRetentionDays: days(400, 7),
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
  /** What one client address may send without a session (of IPv6, its /64): behind one there may be a whole office. */
  strangerRequestsPerMinute: z
    .number('Enter a number of requests')
    .int('Enter whole requests')
    .min(60, 'At least 60 requests')
    .max(100_000, 'At most 100,000 requests')
    .default(3_000),
});
export type Settings = z.output<typeof settingsSchema>;

type Shape = typeof settingsSchema.shape;

/** Every setting, none left to its default. */
const everySetting = z.object(
  Object.fromEntries(Object.entries(settingsSchema.shape).map(([name, schema]) => [name, schema.unwrap()])) as {
    [Name in keyof Shape]: ReturnType<Shape[Name]['unwrap']>;
  },
);

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

/** What a form holds, and a change without its version. */
export const settingsValuesSchema = everySetting.superRefine(checkTogether);

/** `version` as it was loaded. */
export const updateSettingsSchema = everySetting
  .extend({ version: z.number().int().min(1) })
  .superRefine(checkTogether);
export type UpdateSettingsInput = z.infer<typeof updateSettingsSchema>;

const daysInQuery = z.coerce.number<string>().int().min(1).max(maxDays).optional();

/** Ages in an address: what would they delete? */
export const retentionQuerySchema = z.object({
  eventRetentionDays: daysInQuery,
  exchangeRetentionDays: daysInQuery,
  operationRetentionDays: daysInQuery,
  cycleRetentionDays: daysInQuery,
  importRetentionDays: daysInQuery,
  mailRetentionDays: daysInQuery,
  deliveryRetentionDays: daysInQuery,
});
