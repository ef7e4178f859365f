'use server';

import { toAction } from '@/lib/auth/to-action';
import { links } from '@/lib/core/links';
import { createToken } from '@/lib/tokens/create-token';
import { revokeToken } from '@/lib/tokens/revoke-token';

/** Answers the token itself, this once. */
export const createTokenAction = toAction(createToken, {
  revalidate: () => links.tokens(),
  more: ({ token }) => ({ token }),
});

export const revokeTokenAction = toAction(revokeToken, { revalidate: () => links.tokens() });
