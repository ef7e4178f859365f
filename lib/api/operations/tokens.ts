import { z } from 'zod';
import { roleSchema } from '@/lib/directory/schema';
import { createToken } from '@/lib/tokens/create-token';
import { listTokens } from '@/lib/tokens/queries';
import { revokeToken } from '@/lib/tokens/revoke-token';
import { tokenStates } from '@/lib/tokens/schema';
import { idParams, pageOf, pageQuery, searchQuery } from '../fields';
import { defineOperation } from '../operation';
import { toOperation } from '../to-operation';

const token = z
  .object({
    id: z.uuid(),
    label: z.string(),
    prefix: z.string().describe('The first characters, to recognize it by.'),
    role: roleSchema,
    state: z
      .enum(tokenStates)
      .describe('`not_accepted`: while the person whose it is is not active, in a role that may do as much.'),
    reason: z.string().nullable().describe('Why it is not accepted at present.'),
    owner: z
      .enum(['person', 'installation'])
      .describe('`installation`: made on the machine or by its environment, or by such a token; depends on nobody.'),
    ownerName: z.string().nullable().describe("The person whose it is; null where nobody is left, or it is nobody's."),
    requestsPerMinute: z.number().int(),
    createdByName: z.string().describe('The person or the token that made it, as it was called then.'),
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
      description: 'Those that work first, then the newest.',
      query: z.object({ q: searchQuery, state: z.enum(tokenStates).optional(), ...pageQuery }),
      answer: pageOf(token),
    },
    ({ query: { limit, ...filter } }) => listTokens(filter, limit),
  ),
  toOperation(createToken, {
    method: 'POST',
    path: '/tokens',
    tag: 'Administration',
    summary: 'Create an API token',
    description:
      'The token itself is answered only this once. It can do no more than who asks; made by a token, it ends with that one, at the latest.',
    answer: z.object({ id: z.uuid(), token: z.string(), prefix: z.string() }),
    status: 201,
    idempotent: true,
  }),
  toOperation(revokeToken, {
    method: 'DELETE',
    path: '/tokens/{id}',
    tag: 'Administration',
    summary: 'Revoke an API token',
    description: 'And those that it made.',
    params: idParams,
  }),
];
