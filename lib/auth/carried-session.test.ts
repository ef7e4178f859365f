import { randomUUID } from 'node:crypto';
import { encode } from 'next-auth/jwt';
import { beforeAll, expect, test } from 'vitest';
import { carriedSession } from './carried-session';
import { sessionCookieName } from './cookies';

const secret = 'only-for-tests-only-for-tests-only-for-tests';
beforeAll(() => {
  process.env.NEXTAUTH_SECRET = secret;
});
const cookie = (token: string) => `theme=dark; ${sessionCookieName()}=${token}; other=1`;

test('only a cookie that was given out here carries a session', async () => {
  const sessionId = randomUUID();
  const ours = await encode({ token: { sessionId }, secret });
  expect(await carriedSession(cookie(ours))).toBe(sessionId);
  const others = [
    await encode({ token: { sessionId: randomUUID() }, secret: `another-${secret}` }),
    await encode({ token: { sessionId: randomUUID() }, secret, maxAge: -60 }),
    await encode({ token: { sub: 'somebody' }, secret }),
    `${ours}x`,
    'eyJhbGciOiJub25lIn0.eyJzZXNzaW9uSWQiOiJ4In0.',
    '',
  ];
  for (const token of others) expect(await carriedSession(cookie(token)), token).toBeUndefined();
  expect(await carriedSession(`not-${cookie(ours).slice(12)}`)).toBeUndefined();
  expect(await carriedSession(undefined)).toBeUndefined();
});
