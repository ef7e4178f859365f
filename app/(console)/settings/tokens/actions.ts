'use server';

import { revalidatePath } from 'next/cache';
import { defineAction } from '@/lib/auth/define-action';
import { links } from '@/lib/core/links';
import { createToken } from '@/lib/tokens/create-token';
import { revokeToken } from '@/lib/tokens/revoke-token';
import { createTokenSchema, tokenIdSchema } from '@/lib/tokens/schema';

const permission = 'tokens.write';

/** Answers the token itself, this once. */
export const createTokenAction = defineAction({ permission, schema: createTokenSchema }, async (input, { actor }) => {
  const { token } = await createToken(actor, input);
  revalidatePath(links.tokens());
  return { token };
});

export const revokeTokenAction = defineAction({ permission, schema: tokenIdSchema }, async (input, { actor }) => {
  await revokeToken(actor, input);
  revalidatePath(links.tokens());
});
