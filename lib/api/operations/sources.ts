import { z } from 'zod';
import { createSource } from '@/lib/inbound/create-source';
import { createSourceToken } from '@/lib/inbound/create-source-token';
import { deleteSource } from '@/lib/inbound/delete-source';
import { getSource, listSourceRefusals, listSources, listSourceTokens } from '@/lib/inbound/queries';
import { revokeSourceToken } from '@/lib/inbound/revoke-source-token';
import { sourceTokenStates, sourceValuesSchema } from '@/lib/inbound/schema';
import { updateSource } from '@/lib/inbound/update-source';
import { idParams } from '../fields';
import { defineOperation } from '../operation';
import { toOperation } from '../to-operation';

const tag = 'Sources';
const permission = 'sources.write';

const counted = z.object({ total: z.number().int(), totalIsExact: z.boolean() });

const source = z
  .object({
    id: z.uuid(),
    ...sourceValuesSchema.shape,
    people: counted.describe('People whom it owns.'),
    groups: counted.describe('User groups that it owns.'),
    tokens: z.number().int().describe('Tokens that work now.'),
    refusedLately: z
      .number()
      .int()
      .describe('Requests that were refused within the last day, as far as they are kept.'),
    lastSeenAt: z.date().nullable(),
    lastSeenAddress: z.string().nullable(),
    lastSeenAgent: z.string().nullable(),
    version: z.number().int(),
    createdByName: z.string(),
    createdAt: z.date(),
    updatedAt: z.date(),
  })
  .meta({ id: 'Source' });

const token = z
  .object({
    id: z.uuid(),
    label: z.string(),
    prefix: z.string().describe('The first characters, to recognize it by.'),
    state: z.enum(sourceTokenStates),
    createdByName: z.string(),
    createdAt: z.date(),
    expiresAt: z.date().nullable(),
    lastUsedAt: z.date().nullable(),
    revokedAt: z.date().nullable(),
  })
  .meta({ id: 'SourceToken' });

const refusal = z
  .object({
    id: z.uuid(),
    at: z.date(),
    method: z.string(),
    path: z.string(),
    status: z.number().int(),
    scimType: z.string().nullable(),
    detail: z.string(),
    about: z.string().nullable().describe('The userName or displayName that was sent.'),
  })
  .meta({ id: 'SourceRefusal' });

const one = { tag, path: '/sources/{id}', params: idParams } as const;

export const sourceOperations = [
  defineOperation(
    {
      id: 'listSources',
      method: 'GET',
      path: '/sources',
      tag,
      summary: 'List sources: directories that push people and groups by SCIM',
      permission,
      answer: z.object({ items: z.array(source) }),
    },
    async () => ({ items: await listSources() }),
  ),
  toOperation(createSource, {
    method: 'POST',
    path: '/sources',
    tag,
    summary: 'Create a source',
    description: 'It sends its requests to `/scim/v2`, with a token of its own.',
    answer: source,
    show: ({ id }) => getSource(id),
    status: 201,
    idempotent: true,
    location: ({ id }) => `/sources/${id}`,
  }),
  defineOperation(
    { ...one, id: 'getSource', method: 'GET', summary: 'Read a source', permission, answer: source },
    ({ params }) => getSource(params.id),
  ),
  toOperation(updateSource, {
    ...one,
    method: 'PATCH',
    summary: 'Change a source',
    present: async ({ id }: { id: string }) => {
      const { version, name, takeOver, mailActivation, requestsPerMinute } = await getSource(id);
      return { version, values: { name, takeOver, mailActivation, requestsPerMinute } };
    },
    answer: source,
    show: ({ id }) => getSource(id),
  }),
  toOperation(deleteSource, {
    ...one,
    method: 'DELETE',
    summary: 'Delete a source',
    description: 'Its people and groups stay, and are Latchkey’s own from then on.',
    without: ['typed'],
  }),
  defineOperation(
    {
      id: 'listSourceTokens',
      method: 'GET',
      path: '/sources/{id}/tokens',
      tag,
      summary: 'List the tokens of a source',
      permission,
      params: idParams,
      answer: z.object({ items: z.array(token) }),
    },
    async ({ params }) => {
      await getSource(params.id);
      return { items: await listSourceTokens(params.id) };
    },
  ),
  toOperation(createSourceToken, {
    method: 'POST',
    path: '/sources/{id}/tokens',
    tag,
    summary: 'Create a token of a source',
    description: 'The token itself is answered only this once.',
    params: idParams,
    as: { id: 'sourceId' },
    answer: z.object({ id: z.uuid(), token: z.string(), expiresAt: z.date().nullable() }),
    show: ({ tokenId, token: secret, expiresAt }) => ({ id: tokenId, token: secret, expiresAt }),
    status: 201,
    idempotent: true,
  }),
  toOperation(revokeSourceToken, {
    method: 'DELETE',
    path: '/sources/{id}/tokens/{tokenId}',
    tag,
    summary: 'Revoke a token of a source',
    params: idParams.extend({ tokenId: z.uuid() }),
    as: { id: 'sourceId' },
  }),
  defineOperation(
    {
      id: 'listSourceRefusals',
      method: 'GET',
      path: '/sources/{id}/refusals',
      tag,
      summary: 'List requests of a source that were refused, newest first',
      description: 'The last 200 are kept.',
      permission,
      params: idParams,
      answer: z.object({ items: z.array(refusal) }),
    },
    async ({ params }) => {
      await getSource(params.id);
      return { items: await listSourceRefusals(params.id, 200) };
    },
  ),
];
