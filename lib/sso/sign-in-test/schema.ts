import { z } from 'zod';
import { ssoRefSchema } from '../schema';

/** What a service provider asks for in its metadata. */
export const spAsksSchema = z.object({
  nameIdFormats: z.array(z.string()),
  attributes: z.array(z.object({ name: z.string(), friendlyName: z.string().optional(), isRequired: z.boolean() })),
});
export type SpAsks = z.infer<typeof spAsksSchema>;

export const testSignInSchema = ssoRefSchema.extend({
  userId: z.uuid().toLowerCase().describe('Anybody: whether they have access is a part of the answer.'),
  spMetadata: z
    .string()
    .max(1_048_576, 'At most 1 MiB')
    .optional()
    .describe('XML: what it asks for is compared. Absent: what was read last at its address.'),
});
