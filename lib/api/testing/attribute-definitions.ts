import { expect } from 'vitest';
import { db } from '@/lib/db/client';
import { createAttributeDefinition } from '@/lib/directory/create-attribute-definition';
import { systemActor } from '@/lib/events/actor';
import { type Case, type Sent, unique } from './world';

const nobody = '00000000-0000-7000-8000-000000000000';
const notThere = { change: () => ({ params: { id: nobody } }), code: 'not_found' };

const key = () => unique('badge').replace(/\W/g, '_');
const definition = () =>
  createAttributeDefinition(systemActor, { key: key(), label: 'Badge', description: '', type: 'string' });
const body = (sent: Sent) => sent.body as Record<string, unknown>;

export const attributeDefinitionCases: Record<string, Case> = {
  listAttributeDefinitions: {
    valid: async () => {
      await definition();
      return {};
    },
    after: (answer) => expect((answer as { items: unknown[] }).items.length).toBeGreaterThan(0),
  },
  createAttributeDefinition: {
    valid: async () => ({ body: { key: key(), label: 'Desk', type: 'number' } }),
    invalid: [
      { change: (sent) => ({ body: { ...body(sent), key: '1st' } }), field: 'key' },
      { change: (sent) => ({ body: { ...body(sent), key: 'givenName' } }), field: 'key' },
      { change: (sent) => ({ body: { ...body(sent), type: 'date' } }), field: 'type' },
    ],
    after: (answer, sent) => expect(answer).toMatchObject({ ...body(sent), description: '', version: 1 }),
  },
  getAttributeDefinition: { valid: async () => ({ params: { id: (await definition()).id } }), invalid: [notThere] },
  updateAttributeDefinition: {
    valid: async () => ({ params: { id: (await definition()).id }, body: { type: 'boolean' } }),
    invalid: [{ change: () => ({ body: { type: 'date' } }), field: 'type' }, notThere],
    after: (answer) => expect(answer).toMatchObject({ label: 'Badge', type: 'boolean', version: 2 }),
  },
  deleteAttributeDefinition: {
    valid: async () => ({ params: { id: (await definition()).id } }),
    invalid: [notThere],
    after: async (_answer, { params }) => {
      expect(await db.attributeDefinition.findUnique({ where: { id: params?.id ?? '' } })).toBeNull();
    },
  },
};
