import { z } from 'zod';
import { roleSchema } from '@/lib/directory/schema';
import { createToken } from '@/lib/tokens/create-token';
import { listTokens } from '@/lib/tokens/queries';
import { revokeToken } from '@/lib/tokens/revoke-token';
import { createTokenSchema } from '@/lib/tokens/schema';
import { idParams } from '../fields';
import { defineOperation } from '../operation';

const token = z
  .object({
    id: z.uuid(),
    label: z.string(),
    prefix: z.string().describe('The first characters, to recognize it by.'),
    role: roleSchema,
    state: z.enum(['active', 'expired', 'revoked']),
    requestsPerMinute: z.number().int(),
    createdByName: z.string(),
    createdAt: z.date(),
    expiresAt: z.date().nullable(),
    lastUsedAt: z.date().nullable(),
    lastUsedAddress: z.string().nullable(),
    revokedAt: z.date().nullable(),
  })
  .meta({ id: 'ApiToken' });

export const tokenOperations = [
  defineOperation(
    {
      id: 'listTokens',
      method: 'GET',
      path: '/tokens',
      tag: 'Administration',
      summary: 'List API tokens',
      permission: 'tokens.write',
      answer: z.object({ items: z.array(token) }),
    },
    async () => ({ items: await listTokens() }),
  ),
  defineOperation(
    {
      id: 'createToken',
      method: 'POST',
      path: '/tokens',
      tag: 'Administration',
      summary: 'Create an API token',
      description: 'The token itself is answered only this once.',
      permission: 'tokens.write',
      body: createTokenSchema,
      answer: z.object({ id: z.uuid(), token: z.string(), prefix: z.string() }),
      status: 201,
      idempotent: true,
    },
    ({ body, actor }) => createToken(actor, body),
  ),
  defineOperation(
    {
      id: 'revokeToken',
      method: 'DELETE',
      path: '/tokens/{id}',
      tag: 'Administration',
      summary: 'Revoke an API token',
      permission: 'tokens.write',
      params: idParams,
    },
    ({ params, actor }) => revokeToken(actor, params),
  ),
];
