'use server';

import { cookies } from 'next/headers';
import { defineAction } from '@/lib/auth/define-action';
import { publicOrigin } from '@/lib/core/origin';
import { ssoRefSchema } from '@/lib/sso/schema';
import { testSignInSchema } from '@/lib/sso/sign-in-test/schema';
import { testSignIn } from '@/lib/sso/sign-in-test/test-sign-in';
import { trialCookie, trialMs } from '@/lib/sso/sign-in-trials/trial-cookie';
import { startTrial } from '@/lib/sso/sign-in-trials/trials';

/** What metadata that was pasted asks for, beside what the person would get; nothing is saved. */
export const compareMetadataAction = defineAction(
  { permission: 'applications.read', schema: testSignInSchema },
  async (input) => ({ asked: (await testSignIn(input)).asked }),
);

/** Watches the next sign-in of this browser to the application, and says where it starts. */
export const startTrialAction = defineAction(
  { permission: 'applications.read', schema: ssoRefSchema },
  async ({ applicationId }, { actor }) => {
    const { token, slug, href } = await startTrial(applicationId, actor.id ?? '');
    (await cookies()).set(trialCookie, token, {
      ...{ path: `/saml2/${slug}`, maxAge: trialMs / 1000, httpOnly: true, sameSite: 'lax' },
      secure: publicOrigin().startsWith('https:'),
    });
    return { href };
  },
);
