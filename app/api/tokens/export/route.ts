import { z } from 'zod';
import { defineExport } from '@/lib/auth/define-export';
import { listTokens } from '@/lib/tokens/queries';
import { tokenFilterSchema } from '@/lib/tokens/schema';

/** API tokens, without what they are. */
export const GET = defineExport({
  permission: 'tokens.write',
  params: z.unknown(),
  filter: tokenFilterSchema.omit({ cursor: true }),
  name: 'api-tokens',
  columns: [
    'label',
    'prefix',
    'role',
    'state',
    'owner',
    'ownerName',
    'createdByName',
    'createdAt',
    'expiresAt',
    'lastUsedAt',
    'revokedAt',
    'id',
  ],
  read: (_, filter, limit) => listTokens(filter, limit),
  lines: (rows) => rows,
});
