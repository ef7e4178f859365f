import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { encode } from 'next-auth/jwt';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { aPerson } from '@/lib/directory/testing/people';
import { flushRefusals } from '@/lib/events/record';
import { includes } from '@/lib/tokens/standing';
import { sessionCookieName } from './cookies';
import { allows, type PermissionName, permissions, type Role, roles } from './permissions';

// The only thing that is not real here is the request's cookie jar, which exists inside of Next alone. The cookie in it
// is next-auth's own, the session a row of a real database.
let cookie: string | undefined;
vi.mock('next/headers', () => ({
  cookies: async () => ({
    get: (name: string) => (cookie && name === sessionCookieName() ? { name, value: cookie } : undefined),
    set: () => undefined,
  }),
  headers: async () => new Headers({ 'x-forwarded-for': '192.0.2.9' }),
}));

const root = join(import.meta.dirname, '..', '..');

/** What is for people who are not signed in (or says itself who may), each with its reason. */
const open: Record<string, string> = {
  'app/(auth)/actions.ts signOutAction': 'signing out twice is harmless',
  'app/(auth)/actions.ts activateAction': 'the one-time link is the permission',
  'app/(auth)/actions.ts requestPasswordLinkAction': 'whoever cannot sign in; tells nothing',
  'app/api/auth/[...nextauth]/route.ts': 'the sign-in itself',
  'app/api/v1/openapi.json/route.ts': 'the description of the API, which is in the source',
  'app/healthz/route.ts': 'load balancers; says nothing',
  'app/readyz/route.ts': 'load balancers; says nothing but what is missing',
};
const openPages: Record<string, string> = {
  'app/(auth)/sign-in/page.tsx': 'the sign-in itself',
  'app/(auth)/activate/page.tsx': 'the one-time link is the permission',
  'app/(auth)/forgot-password/page.tsx': 'whoever cannot sign in',
  'app/(auth)/signed-out/page.tsx': 'a sealed address, whoever has it was signed out',
};

async function filesNamed(pattern: RegExp): Promise<string[]> {
  const entries = await readdir(join(root, 'app'), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
}

const serverActionFiles = (await filesNamed(/\.tsx?$/)).filter((path) =>
  /^\s*['"]use server['"]/.test(readFileSync(join(root, path), 'utf8')),
);
const routeFiles = await filesNamed(/^route\.tsx?$/);
const pageFiles = await filesNamed(/^page\.tsx$/);

type Guarded = ((...args: unknown[]) => Promise<unknown>) & { permission?: PermissionName | 'public' };

/** Every action or handler of these files that is not open, with its permission. */
async function guardedOf(paths: string[], exports: RegExp) {
  const found: { name: string; permission: PermissionName | undefined; run: Guarded }[] = [];
  for (const path of paths) {
    if (open[path]) continue;
    const module = (await import(join(root, path))) as Record<string, Guarded>;
    for (const [name, run] of Object.entries(module)) {
      if (typeof run !== 'function' || !exports.test(name) || open[`${path} ${name}`]) continue;
      const permission = run.permission === 'public' ? undefined : run.permission;
      found.push({ name: `${path} ${name}`, permission, run });
    }
  }
  return found;
}

beforeAll(() => {
  process.env.NEXTAUTH_SECRET = 'only-for-tests';
});
beforeEach(async () => {
  // What the last test was refused is told with it.
  await flushRefusals();
  await emptyTables('users', 'events');
});
afterEach(() => {
  cookie = undefined;
});

async function signInAs(role: Role): Promise<string> {
  const person = await aPerson({ role });
  const at = new Date();
  const session = await db.session.create({
    data: { userId: person.id, authenticatedAt: at, lastSeenAt: at, expiresAt: new Date(at.getTime() + 600_000) },
  });
  cookie = await encode({ token: { sub: person.id, sessionId: session.id }, secret: 'only-for-tests' });
  return session.id;
}

const actions = await guardedOf(serverActionFiles, /./);
const routes = await guardedOf(routeFiles, /^(GET|POST|PUT|PATCH|DELETE)$/);

test('the table knows every role, and leaves the administrator nothing out', () => {
  for (const [name, allowed] of Object.entries(permissions)) {
    expect(allowed, name).toContain('administrator');
    for (const role of allowed) expect(roles).toContain(role);
  }
  expect(allows('helpdesk', 'outbox.read')).toBe(false);
  expect(allows('helpdesk', 'provisioning.run')).toBe(true);
  expect(roles.filter((role) => allows(role, 'console.use'))).toEqual(['administrator', 'helpdesk']);
});

test('a role that counts as the greater one, where a token is held against its maker, may do all that the lesser may', () => {
  for (const role of roles) {
    for (const other of roles) {
      const names = Object.keys(permissions) as PermissionName[];
      const everything = names.every((name) => !allows(other, name) || allows(role, name));
      expect(includes(role, other), `${role} and ${other}`).toBe(everything);
    }
  }
});

test('every server action and every route names a permission of the table', () => {
  expect(actions.length).toBeGreaterThan(20);
  expect(routes.length).toBeGreaterThan(3);
  for (const { name, permission } of [...actions, ...routes])
    expect(Object.keys(permissions), name).toContain(permission);
});

test('every page names a permission of the table, at its beginning', () => {
  expect(pageFiles.length).toBeGreaterThan(10);
  for (const path of pageFiles) {
    if (openPages[path]) continue;
    const source = readFileSync(join(root, path), 'utf8');
    // A page that only redirects shows nothing.
    if (/default (async )?function \w+\([^)]*\)[^{]*\{\s*(const \{[^}]*\} = await params;\s*)?redirect\(/.test(source))
      continue;
    const named = /requireSession\('([a-z.]+)'\)/.exec(source)?.[1];
    expect(Object.keys(permissions), path).toContain(named);
  }
});

describe.each(roles)('the role %s', (role) => {
  const refusedActions = actions.filter(({ permission }) => permission && !allows(role, permission));
  const refusedRoutes = routes.filter(({ permission }) => permission && !allows(role, permission));

  test('is refused every action that the table does not allow it, and each attempt is an event', async () => {
    await signInAs(role);
    for (const { name, run } of refusedActions) {
      expect(await run({}), name).toMatchObject({ ok: false, code: 'forbidden' });
    }
    await flushRefusals();
    const told = await db.event.aggregate({ where: { name: 'access_refused' }, _sum: { count: true } });
    expect(told._sum.count ?? 0).toBe(refusedActions.length);
  });

  test('is refused every route that the table does not allow it', async () => {
    await signInAs(role);
    for (const { name, run } of refusedRoutes) {
      const response = (await run(requestFor(name), { params: Promise.resolve({}) })) as Response;
      expect(response.status, name).toBe(403);
      const text = await response.text();
      if (response.headers.get('content-type')?.startsWith('text/html')) expect(text, name).toContain('forbidden');
      else expect(JSON.parse(text)).toMatchObject({ ok: false, code: 'forbidden' });
    }
  });

  test('is not stopped by the table where it is allowed', async () => {
    await signInAs(role);
    const allowed = actions.filter(({ permission }) => permission && allows(role, permission));
    for (const { name, run } of allowed.filter(({ name }) => !harmful.test(name))) {
      // Nonsense as input: what comes back is about the input, so the permission was granted.
      const result = (await run('nonsense')) as { code?: string };
      expect(result.code, name).toBe('invalid_input');
    }
  });
});

/** Takes no input, so that nonsense would not keep it from acting. */
const harmful = /resetDemo/i;

const requestFor = (name: string) =>
  new Request('http://localhost:3000/', name.endsWith(' GET') ? {} : { method: name.split(' ').at(-1) ?? 'POST' });

describe('without a session', () => {
  const everything = async (code: string, status: number) => {
    for (const { name, run } of actions) expect(await run({}), name).toMatchObject({ ok: false, code });
    for (const { name, run } of routes) {
      const response = (await run(requestFor(name), { params: Promise.resolve({}) })) as Response;
      expect(response.status, name).toBe(status);
    }
  };

  test('every action and route is refused', async () => {
    await everything('unauthenticated', 401);
  });

  test('a revoked session, a forged cookie and one of another secret count as none', async () => {
    const sessionId = await signInAs('administrator');
    await db.session.update({ where: { id: sessionId }, data: { revokedAt: new Date() } });
    await everything('unauthenticated', 401);
    cookie = 'forged';
    await everything('unauthenticated', 401);
    const person = await aPerson({ role: 'administrator' });
    const at = new Date();
    const session = await db.session.create({
      data: { userId: person.id, authenticatedAt: at, lastSeenAt: at, expiresAt: new Date(at.getTime() + 600_000) },
    });
    cookie = await encode({ token: { sub: person.id, sessionId: session.id }, secret: 'another secret' });
    await everything('unauthenticated', 401);
  });
});

test('a request that a page of another site made is refused before anything else', async () => {
  await signInAs('administrator');
  const writing = routes.filter(({ name }) => !name.endsWith(' GET'));
  for (const { name, run } of writing) {
    const request = new Request('http://localhost:3000/', {
      method: name.split(' ').at(-1) ?? 'POST',
      headers: { origin: 'https://evil.example', host: 'localhost:3000' },
    });
    const response = (await run(request, { params: Promise.resolve({}) })) as Response;
    expect(response.status, name).toBe(403);
  }
});
