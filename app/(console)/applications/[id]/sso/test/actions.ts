'use server';

import { defineAction } from '@/lib/auth/define-action';
import { testSignInSchema } from '@/lib/sso/sign-in-test/schema';
import { testSignIn } from '@/lib/sso/sign-in-test/test-sign-in';

/** What metadata that was pasted asks for, beside what the person would get; nothing is saved. */
export const compareMetadataAction = defineAction(
  { permission: 'applications.read', schema: testSignInSchema },
  async (input) => ({ asked: (await testSignIn(input)).asked }),
);
