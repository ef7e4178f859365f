import { expect } from 'vitest';
import { db } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { createToken } from '@/lib/tokens/create-token';
import { createTokenSchema } from '@/lib/tokens/schema';
import { type Case, unique } from './world';

export const tokenCases: Record<string, Case> = {
  listTokens: { valid: async () => ({}) },
  createToken: {
    valid: async () => ({ body: { label: unique('script'), role: 'helpdesk', expiresAt: '2199-01-01T00:00:00Z' } }),
    invalid: [
      { change: ({ body }) => ({ body: { ...(body as object), role: 'user' } }), field: 'role' },
      { change: ({ body }) => ({ body: { ...(body as object), expiresAt: '2001-01-01' } }), field: 'expiresAt' },
    ],
    after: async (answer, _sent, world) => {
      const { token } = answer as { token: string };
      const listed = await world.send('GET', '/nothing-there', { token });
      expect(listed.status, 'the new token is known').toBe(404);
    },
  },
  revokeToken: {
    valid: async () => {
      const input = createTokenSchema.parse({ label: unique('script'), role: 'helpdesk' });
      const { id } = await createToken(systemActor, input);
      return { params: { id } };
    },
    invalid: [{ change: () => ({ params: { id: '00000000-0000-7000-8000-000000000000' } }), code: 'not_found' }],
    after: async (_answer, { params }) => {
      expect((await db.apiToken.findUniqueOrThrow({ where: { id: params?.id ?? '' } })).revokedAt).not.toBeNull();
    },
  },
};
