import { expect } from 'vitest';
import { createApplication } from '@/lib/applications/testing/create-application';
import { db } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { type Case, type Sent, unique, type World } from './world';

const nowhere = '00000000-0000-7000-8000-000000000000';

/** A bookmark with a name of its own. */
export async function bookmark(): Promise<{ id: string; slug: string }> {
  const displayLabel = unique('Wiki');
  return createApplication(systemActor, { templateId: 'bookmark', displayLabel, bookmarkUrl: 'https://wiki.example/' });
}

/** An application in the path, named by its slug. */
async function bySlug(world: World): Promise<Sent> {
  return { params: { application: (await world.application()).slug } };
}

/** The same request with another body. */
export function withBody(change: Record<string, unknown>): (sent: Sent) => Sent {
  return (sent) => ({ ...sent, body: { ...(sent.body as object), ...change } });
}

/** The same request without one member of its body. */
export function without(name: string): (sent: Sent) => Sent {
  return (sent) => {
    const { [name]: _, ...body } = sent.body as Record<string, unknown>;
    return { ...sent, body };
  };
}

const withQuery = (query: Record<string, string>) => (sent: Sent) => ({ ...sent, query: { ...sent.query, ...query } });

/** What is stored of the application that a request names. */
export function storedApplication({ params }: Sent) {
  const reference = params?.application ?? '';
  return db.application.findFirstOrThrow({
    where: reference.length === 36 && reference.split('-').length === 5 ? { id: reference } : { slug: reference },
  });
}

export const applicationCases: Record<string, Case> = {
  listTemplates: {
    valid: async () => ({}),
    after: (answer) => {
      const { items } = answer as { items: { id: string; placeholders: { name: string }[] }[] };
      const egnyte = items.find((item) => item.id === 'egnyte');
      expect(egnyte).toMatchObject({
        placeholders: [{ name: 'SUBDOMAIN' }],
        identityManagement: { requiresSso: true, groups: { supported: true } },
      });
      expect(items.find((item) => item.id === 'bookmark')).toMatchObject({
        kind: 'bookmark',
        identityManagement: null,
      });
    },
  },
  getTemplate: {
    valid: async () => ({ params: { id: 'netskope' } }),
    invalid: [
      { change: () => ({ params: { id: 'no-such' } }), code: 'not_found' },
      { change: () => ({ params: { id: '../egnyte' } }), field: 'id' },
      { change: () => ({ params: { id: '__proto__' } }), field: 'id' },
    ],
    after: (answer) => {
      expect((answer as { guide: { sections: unknown[] } }).guide.sections.length).toBeGreaterThan(0);
    },
  },
  listApplications: {
    valid: async (world) => {
      const { slug } = await world.application();
      await world.application();
      return { query: { q: slug, sort: '-openErrors', limit: '1' } };
    },
    invalid: [
      { change: withQuery({ sort: 'password' }), field: 'sort' },
      { change: withQuery({ descending: 'true' }), field: 'descending' },
      { change: withQuery({ limit: '0' }), field: 'limit' },
      { change: withQuery({ cursor: 'nonsense' }), field: 'cursor' },
    ],
    after: (answer, { query }) => {
      expect(answer).toMatchObject({ items: [{ slug: query?.q, ssoStatus: 'active' }], total: 1 });
      expect(JSON.stringify(answer)).not.toContain('logoImage');
    },
  },
  createApplication: {
    valid: async () => ({
      body: { templateId: 'egnyte', displayLabel: unique('Egnyte'), placeholders: { SUBDOMAIN: 'acmeusw' } },
    }),
    invalid: [
      { change: without('displayLabel'), field: 'displayLabel' },
      { change: without('templateId'), field: 'templateId' },
      { change: withBody({ templateId: 'no-such' }), field: 'templateId' },
      {
        change: withBody({ placeholders: { SUBDOMAIN: 'https://acmeusw.egnyte.com' } }),
        field: 'placeholders.SUBDOMAIN',
      },
      { change: withBody({ placeholders: { SUBDOMIAN: 'acmeusw' } }), field: 'placeholders.SUBDOMIAN' },
      { change: withBody({ placeholders: { SUBDOMAIN: 7 } }), field: 'placeholders.SUBDOMAIN' },
      { change: withBody({ slug: 'Not A Slug' }), field: 'slug' },
      { change: withBody({ bookmarkUrl: 'https://wiki.example/' }), field: 'bookmarkUrl' },
      { change: withBody({ templateId: 'bookmark', placeholders: {} }), field: 'bookmarkUrl' },
      { change: withBody({ templateId: 'bookmark', bookmarkUrl: 'javascript:alert(1)' }), field: 'bookmarkUrl' },
      { change: withBody({ logoImage: 'data:image/svg+xml;base64,AAAA' }), field: 'logoImage' },
    ],
    after: async (answer, { body }) => {
      const { id, slug } = answer as { id: string; slug: string };
      expect(answer, 'of others that it is taken for').toMatchObject({ twins: expect.any(Array) });
      const row = await db.application.findUniqueOrThrow({
        where: { id },
        include: { idpKeys: true, _count: { select: { mappings: true } } },
      });
      const { displayLabel } = body as { displayLabel: string };
      expect(row).toMatchObject({ slug, displayLabel, placeholders: { SUBDOMAIN: 'acmeusw' }, logoColor: '#0b7a75' });
      expect(row).toMatchObject({ ssoStatus: 'not_configured', showInPortal: true, description: '', version: 1 });
      expect(row.idpKeys).toHaveLength(1);
      expect(row._count.mappings).toBeGreaterThan(5);
    },
  },
  duplicateApplication: {
    valid: async (world) => {
      const { id, slug } = await world.application();
      await db.application.update({ where: { id }, data: { placeholders: { SUBDOMAIN: 'acmeusw' } } });
      const displayLabel = unique('Egnyte EMEA');
      return { params: { application: slug }, body: { displayLabel, placeholders: { SUBDOMAIN: 'acmeemea' } } };
    },
    invalid: [
      { change: without('displayLabel'), field: 'displayLabel' },
      { change: withBody({ slug: 'Not A Slug' }), field: 'slug' },
      { change: withBody({ placeholders: { SUBDOMAIN: 'https://x' } }), field: 'placeholders.SUBDOMAIN' },
      { change: withBody({ associations: 'yes' }), field: 'associations' },
    ],
    after: async (answer, sent) => {
      const { displayLabel } = sent.body as { displayLabel: string };
      const copied = { displayLabel, placeholders: { SUBDOMAIN: 'acmeemea' }, groupCount: 0, version: 1 };
      expect(answer).toMatchObject({ ...copied, ssoStatus: 'not_configured', idmStatus: 'not_configured', twins: [] });
    },
  },
  getApplication: {
    valid: bySlug,
    after: (answer, { params }) => {
      const slug = params?.application;
      expect(answer).toMatchObject({ slug, idpUrl: `http://localhost:3000/saml2/${slug}`, usernameFormat: 'username' });
      expect(answer).toMatchObject({ nextStep: { tab: 'groups' }, groupCount: 0 });
    },
  },
  getGuide: {
    valid: async (world) => {
      const { id, slug } = await world.application();
      await db.application.update({ where: { id }, data: { placeholders: { SUBDOMAIN: 'acmeusw' } } });
      return { params: { application: slug } };
    },
    after: (answer, { params }) => {
      const text = JSON.stringify(answer);
      expect(text).toContain(`/saml2/${params?.application}`);
      expect(text).not.toContain('{SUBDOMAIN}');
    },
  },
  updateApplication: {
    valid: async (world) => ({
      ...(await bySlug(world)),
      body: { displayLabel: unique('Renamed'), showInPortal: false, requestable: true },
    }),
    invalid: [
      { change: withBody({ displayLabel: ' ' }), field: 'displayLabel' },
      { change: withBody({ logoColor: 'red' }), field: 'logoColor' },
      { change: withBody({ slug: 'another' }) },
      { change: withBody({ version: 1 }) },
    ],
    after: async (answer, sent) => {
      const stored = { ...(sent.body as object), logoColor: '#00968f', version: 2 };
      expect(answer).toMatchObject(stored);
      expect(await storedApplication(sent)).toMatchObject(stored);
    },
  },
  deleteApplication: {
    valid: bySlug,
    invalid: [{ change: () => ({ params: { application: nowhere } }), code: 'not_found', field: 'application' }],
    after: async (_answer, { params }) => {
      expect(await db.application.count({ where: { slug: params?.application ?? '' } })).toBe(0);
    },
  },
  saveUsernameFormat: {
    valid: async (world) => ({ ...(await bySlug(world)), body: { usernameFormat: 'email_prefix' } }),
    invalid: [
      { change: withBody({ usernameFormat: 'Join(' }), code: 'expression_error', field: 'usernameFormat' },
      { change: withBody({ usernameFormat: '' }), field: 'usernameFormat' },
    ],
    after: async (answer, sent) => {
      expect(answer).toMatchObject({ usernameFormat: 'email_prefix', version: 2, usernameWarning: null });
      expect(await storedApplication(sent)).toMatchObject({ usernameFormat: 'email_prefix', version: 2 });
    },
  },
  saveBookmark: {
    valid: async () => ({
      params: { application: (await bookmark()).slug },
      body: { bookmarkUrl: 'https://handbook.example/start', activation: 'deactivate' },
    }),
    invalid: [
      { change: withBody({ bookmarkUrl: 'javascript:alert(1)' }), field: 'bookmarkUrl' },
      { change: withBody({ activation: 'delete' }), field: 'activation' },
      { change: without('bookmarkUrl'), field: 'bookmarkUrl' },
    ],
    after: async (_answer, sent) => {
      expect(await storedApplication(sent)).toMatchObject({
        bookmarkUrl: 'https://handbook.example/start',
        ssoStatus: 'inactive',
        version: 2,
      });
    },
  },
};
