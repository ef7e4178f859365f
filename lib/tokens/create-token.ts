import { defineCommand } from '@/lib/events/command';
import { makeToken } from './internal/make-token';
import { createTokenSchema } from './schema';

/**
 * Makes a token of the HTTP API, for the person who asks; a token makes it for the person whose it is itself.
 * @returns the token itself, this once: only its hash is stored
 * @throws AppError `forbidden` when it could do more than who asks; `invalid_input` at expiresAt when that has passed, or
 * is later than the end of the token that asks, and at requestsPerMinute beyond that one's
 */
export const createToken = defineCommand(
  { id: 'createToken', permission: 'tokens.write', input: createTokenSchema, event: 'api_token_create' },
  makeToken,
);
