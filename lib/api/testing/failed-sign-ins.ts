import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { systemActor } from '@/lib/events/actor';
import { activateSso } from '@/lib/sso/activate-sso';
import { keepFailure } from '@/lib/sso/failed-sign-ins/keep-failure';
import type { FailedSignIn } from '@/lib/sso/failed-sign-ins/queries';
import type { SsoTab } from '@/lib/sso/queries';
import type { SignInTest } from '@/lib/sso/sign-in-test/test-sign-in';
import { withBody } from './applications';
import { fresh } from './sso';
import type { Case, Sent } from './world';

const acsUrl = 'https://acmeusw.egnyte.com/other-acs';

/** An application with a failed sign-in: the service provider asked for an ACS that is not registered. */
async function failed(): Promise<{ application: string; reference: string }> {
  const { params } = await fresh();
  const application = params?.application ?? '';
  await activateSso(systemActor, { applicationId: application });
  const reference = await keepFailure({
    ...{ applicationId: application, userId: null, clientAddress: null },
    ...{ code: 'acs_not_registered', message: 'The address is not registered.' },
    inspect: () => ({ acsUrl, xml: '<samlp:AuthnRequest/>' }),
  });
  return { application, reference: reference ?? '' };
}

const none = (sent: Sent): Sent => ({ ...sent, params: { ...sent.params, reference: 'AAAA-AAAA' } });

export const failedSignInCases: Record<string, Case> = {
  testSignIn: {
    valid: async (world) => ({ ...(await fresh()), body: { userId: await world.person() } }),
    invalid: [
      { change: withBody({ userId: randomUUID() }), code: 'not_found' },
      { change: withBody({ spMetadata: '<html/>' }), field: 'spMetadata' },
    ],
    after: (answer) => {
      const { assertion, refusal } = answer as SignInTest;
      expect(refusal).toMatchObject({ code: 'not_active' });
      expect(assertion).toMatchObject({ asIf: true, xml: expect.stringContaining('(not shown)') });
    },
  },
  listFailedSignIns: {
    valid: async () => ({ params: { application: (await failed()).application } }),
    after: (answer) => {
      const { items } = answer as { items: FailedSignIn[] };
      expect(items).toMatchObject([{ code: 'acs_not_registered', count: 1, person: null }]);
      expect(items[0]?.explanation.fixes).toMatchObject([{ fix: 'add_acs_url', value: acsUrl }]);
    },
  },
  getFailedSignIn: {
    valid: async () => ({ params: { reference: (await failed()).reference } }),
    invalid: [{ change: none, code: 'not_found' }],
    after: (answer) => {
      expect((answer as FailedSignIn).asked).toEqual({ acsUrl, xml: '<samlp:AuthnRequest/>' });
    },
  },
  mendSignIn: {
    valid: async () => ({ params: await failed(), body: { fix: 'add_acs_url' } }),
    invalid: [
      { change: none, code: 'not_found' },
      { change: withBody({ fix: 'add_certificate' }), code: 'conflict' },
      { change: withBody({ fix: 'nothing' }), field: 'fix' },
    ],
    after: (answer) => expect((answer as SsoTab).settings.acsUrls.at(-1)).toMatchObject({ url: acsUrl }),
  },
};
