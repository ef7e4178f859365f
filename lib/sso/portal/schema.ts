import { z } from 'zod';
import { severalLines } from '@/lib/core/text';

export const requestAccessSchema = z.object({
  applicationId: z.uuid().toLowerCase(),
  reason: severalLines('The reason').max(500, 'At most 500 characters').default('').describe('What it is needed for.'),
});
