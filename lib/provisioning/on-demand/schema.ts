import { z } from 'zod';

/** What provisioning on demand has come to. `nothing`: there was nothing to do; `held`: it waits for somebody. */
export const onDemandOutcomes = ['sent', 'nothing', 'skipped', 'held', 'failed', 'unknown'] as const;
export type OnDemandOutcomeName = (typeof onDemandOutcomes)[number];

const id = z.uuid();

/** One person or one user group, of an application. */
export const onDemandSchema = z.object({
  applicationId: id,
  subject: z.enum(['user', 'group']).describe('Whether `subjectId` is of a person or of a user group.'),
  subjectId: id,
});
export type OnDemandSubject = z.infer<typeof onDemandSchema>;

/** What an attempt is called whose answer was lost, and which was found to have been carried out. */
export const confirmedWords = 'Confirmed after a lost answer';
