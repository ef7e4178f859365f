import { z } from 'zod';
import { createTokenSchema } from '@/lib/tokens/schema';

/** How long a token may work: days, a day of choice, or until it is revoked. */
export const lifetimes = ['30', '90', '365', 'date', 'never'] as const;
export type Lifetime = (typeof lifetimes)[number];

const dayMs = 86_400_000;

/** What the form holds; {@link expiryOf} makes the moment of it. */
export const tokenFormSchema = z
  .object({
    label: createTokenSchema.shape.label,
    role: createTokenSchema.shape.role,
    lifetime: z.enum(lifetimes),
    /** As a date field has it: 2027-05-31. */
    date: z.string(),
    requestsPerMinute: z
      .number('Enter a number.')
      .int('Enter a whole number.')
      .min(1, 'At least 1.')
      .max(1_000_000, 'At most 1,000,000.'),
  })
  .superRefine(({ lifetime, date }, context) => {
    if (lifetime !== 'date') return;
    const end = endOf(date);
    if (!end) context.addIssue({ code: 'custom', path: ['date'], message: 'Choose a day.' });
    else if (end <= new Date()) context.addIssue({ code: 'custom', path: ['date'], message: 'Choose a day to come.' });
  });

/** The end of a day where the reader is: "until 31 May" includes 31 May. */
function endOf(date: string): Date | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return undefined;
  const end = new Date(`${date}T23:59:59`);
  return Number.isNaN(end.getTime()) ? undefined : end;
}

/** When the token ends; null: not by itself. */
export function expiryOf(lifetime: Lifetime, date: string, from = new Date()): Date | null {
  if (lifetime === 'never') return null;
  if (lifetime === 'date') return endOf(date) ?? null;
  return new Date(from.getTime() + Number(lifetime) * dayMs);
}
