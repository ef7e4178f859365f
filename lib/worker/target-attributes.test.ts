import { afterAll, beforeAll, expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { findMappings } from '@/lib/applications/mapping-queries';
import { ownAttributeSchema } from '@/lib/applications/schema';
import { setTargetAttributes } from '@/lib/applications/set-target-attributes';
import { createApplication } from '@/lib/applications/testing/create-application';
import { updateMappings } from '@/lib/applications/update-mappings';
import { systemActor as actor } from '@/lib/events/actor';
import { activateIntegration } from '@/lib/provisioning/activate-integration';
import { previewMapping } from '@/lib/provisioning/plan/preview-mapping';
import { startScim, type TestScimServer, testToken } from '@/lib/scim/testing/scim-server';
import { group, person, work } from './testing/support';

let peer: TestScimServer;

beforeAll(async () => {
  peer = await startScim();
  process.env.LATCHKEY_ALLOW_PRIVATE_TARGETS = new URL(peer.url).host;
  process.env.LATCHKEY_SECRET_KEY ??= 'a'.repeat(43);
  process.env.ORIGIN ??= 'http://localhost:3000';
});
afterAll(() => peer.close());

const looks = { description: '', logoColor: '#00968f', logoImage: null, showInPortal: true };
const extension = 'urn:example:scim:1.0:User';
const own = [
  { path: `${extension}:remote`, type: 'boolean' },
  { path: `${extension}:desk`, type: 'integer' },
  { path: `${extension}:share`, type: 'decimal' },
  { path: `${extension}:tags`, type: 'string', multiValued: true },
].map((attribute) => ownAttributeSchema.parse(attribute));
const typed: Record<string, string> = { remote: 'False', desk: '12', share: '0.5', tags: 'blue' };

test('what is mapped to an attribute that an administrator added is sent in its type, as the preview says', async () => {
  const { id: applicationId } = await createApplication(actor, {
    templateId: 'custom-saml',
    displayLabel: 'Wiki',
    ...looks,
  });
  await setTargetAttributes(actor, { applicationId, version: 1, objectType: 'user', attributes: own });
  const template = (await findMappings(applicationId))?.tables[0]?.mappings ?? [];
  const mappings = [
    ...template,
    ...Object.entries(typed).map(([name, source]) => ({
      ...{ id: name, kind: 'constant' as const, source, target: `${extension}:${name}`, apply: 'always' as const },
      ...{ matchingPrecedence: null, defaultValue: null, required: false },
    })),
  ];
  await updateMappings(actor, { applicationId, version: 2, objectType: 'user', mappings });
  await activateIntegration(actor, {
    applicationId,
    baseUrl: peer.url,
    authentication: { kind: 'bearer', secret: testToken },
    manageGroups: false,
  });
  const subjectId = await person('ana');
  await associateGroup(actor, { applicationId, groupId: await group('Staff', [subjectId]) });
  const values = { remote: false, desk: 12, share: 0.5, tags: ['blue'] };
  const preview = await previewMapping({ applicationId, objectType: 'user', subjectId, mappings });
  expect(preview.request?.body).toMatchObject({ [extension]: values });
  await work();
  expect([...peer.users.values()]).toMatchObject([{ userName: 'ana', [extension]: values }]);
});
