import { expect } from 'vitest';
import { db } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { createSource } from '@/lib/inbound/create-source';
import { createSourceToken } from '@/lib/inbound/create-source-token';
import { noteRefusal } from '@/lib/inbound/note-refusal';
import { sourceValuesSchema } from '@/lib/inbound/schema';
import { ScimError } from '@/lib/scim/server/scim-error';
import { type Case, type Sent, unique } from './world';

const nobody = '00000000-0000-7000-8000-000000000000';
const notThere = { change: () => ({ params: { id: nobody } }), code: 'not_found' };

const source = () => createSource(systemActor, sourceValuesSchema.parse({ name: unique('source') }));
const token = async () => {
  const { id } = await source();
  return createSourceToken(systemActor, { sourceId: id, label: 'sync', expiresAt: null });
};
const body = (sent: Sent) => sent.body as Record<string, unknown>;

export const sourceCases: Record<string, Case> = {
  listSources: {
    valid: async () => {
      await source();
      return {};
    },
    after: (answer) => expect((answer as { items: unknown[] }).items.length).toBeGreaterThan(0),
  },
  createSource: {
    valid: async () => ({ body: { name: unique('source'), takeOver: true } }),
    invalid: [
      { change: () => ({ body: { name: '' } }), field: 'name' },
      { change: (sent) => ({ body: { ...body(sent), requestsPerMinute: 0 } }), field: 'requestsPerMinute' },
    ],
    after: (answer, sent) =>
      expect(answer).toMatchObject({ ...body(sent), mailActivation: false, tokens: 0, version: 1 }),
  },
  getSource: { valid: async () => ({ params: { id: (await source()).id } }), invalid: [notThere] },
  updateSource: {
    valid: async () => ({ params: { id: (await source()).id }, body: { takeOver: true } }),
    invalid: [{ change: () => ({ body: { name: '' } }), field: 'name' }, notThere],
    after: (answer) => expect(answer).toMatchObject({ takeOver: true, version: 2 }),
  },
  deleteSource: {
    valid: async () => ({ params: { id: (await source()).id } }),
    invalid: [notThere],
    after: async (_answer, { params }) => {
      expect((await db.source.findUniqueOrThrow({ where: { id: params?.id ?? '' } })).deletedAt).not.toBeNull();
    },
  },
  listSourceTokens: {
    valid: async () => ({ params: { id: (await token()).id } }),
    invalid: [notThere],
    after: (answer) => {
      expect(answer).toMatchObject({
        items: [{ label: 'sync', state: 'active', prefix: expect.stringMatching(/^lks_/) }],
      });
      expect(JSON.stringify(answer)).not.toContain('Hash');
    },
  },
  createSourceToken: {
    valid: async () => ({ params: { id: (await source()).id }, body: { label: 'sync' } }),
    invalid: [
      { change: (sent) => ({ ...sent, body: { label: '' } }), field: 'label' },
      { change: (sent) => ({ ...sent, body: { label: 'x', expiresAt: '2020-01-01' } }), field: 'expiresAt' },
      { change: () => ({ params: { id: nobody }, body: { label: 'x' } }), code: 'not_found' },
    ],
    after: async (answer) => {
      const { id, token: secret } = answer as { id: string; token: string };
      expect((await db.sourceToken.findUniqueOrThrow({ where: { id } })).tokenHash).not.toContain(secret);
    },
  },
  revokeSourceToken: {
    valid: async () => {
      const { id, tokenId } = await token();
      return { params: { id, tokenId } };
    },
    invalid: [{ change: ({ params = {} }) => ({ params: { ...params, tokenId: nobody } }), code: 'not_found' }],
    after: async (_answer, { params }) => {
      const row = await db.sourceToken.findUniqueOrThrow({ where: { id: params?.tokenId ?? '' } });
      expect(row.revokedAt).not.toBeNull();
    },
  },
  listSourceRefusals: {
    valid: async () => {
      const { id } = await source();
      const request = { method: 'POST', path: '/scim/v2/Users', body: { userName: 'ana', password: 'not kept' } };
      await noteRefusal(id, request, new ScimError(409, 'Taken.', 'uniqueness'));
      return { params: { id } };
    },
    invalid: [notThere],
    after: (answer) => {
      expect(answer).toMatchObject({ items: [{ status: 409, scimType: 'uniqueness', about: 'ana' }] });
      expect(JSON.stringify(answer)).not.toContain('not kept');
    },
  },
};
