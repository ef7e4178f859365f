import { z } from 'zod';
import { type Template, templateSchema } from '@/lib/applications/catalogue/template-schema';
import { getTemplate, listTemplates } from '@/lib/applications/catalogue/templates';
import { createApplication } from '@/lib/applications/create-application';
import { deleteApplication } from '@/lib/applications/delete-applications';
import { type ApplicationSort, applicationSorts, getApplication, listApplications } from '@/lib/applications/queries';
import { generalSettings } from '@/lib/applications/settings';
import { findTwins } from '@/lib/applications/twins';
import { saveBookmark, saveUsernameFormat, updateApplication } from '@/lib/applications/update-application';
import { pickSettings } from '@/lib/core/setting';
import { duplicateApplication } from '@/lib/moves/duplicate-application';
import { idpAddresses } from '@/lib/sso/addresses';
import { findNextStep, getGuide } from '@/lib/sso/queries';
import { applicationParams, pageOf, pageQuery } from '../fields';
import { defineOperation, type Operation } from '../operation';
import { toOperation } from '../to-operation';
import { application, applicationKind, applicationSummary, twins } from './representations/application';

const templateFields = {
  id: z.string().describe('What `createApplication` takes as `templateId`.'),
  name: z.string(),
  version: z.number().int().describe('Raised whenever the data of the template changes.'),
  kind: applicationKind,
  summary: z.string(),
  keywords: z.array(z.string()),
  color: z.string(),
  placeholders: templateSchema.shape.placeholders.describe('Values that its addresses are made from.'),
  identityManagement: z
    .object({
      requiresSso: z.boolean().describe('It can be configured only while SSO is active.'),
      tokenLabel: z.string().describe('What the application calls its token.'),
      tokenHelp: z.string().optional(),
      baseUrlPatterns: z.array(z.object({ label: z.string(), pattern: z.string(), help: z.string().optional() })),
      groups: z.object({ supported: z.boolean(), manageByDefault: z.boolean() }),
    })
    .nullable()
    .describe('Null: the application has no Identity Management.'),
};
const guide = templateSchema.shape.guide.meta({ id: 'Guide' });
const template = z.object(templateFields).meta({ id: 'Template' });
const templateDetails = z.object({ ...templateFields, guide }).meta({ id: 'TemplateDetail' });

function toTemplate({ logo, scim, ...data }: Template) {
  return { ...data, color: logo.color, identityManagement: scim ?? null };
}

/** What is told of one application, also after a change. */
async function readApplication(id: string) {
  const found = await getApplication(id);
  return {
    ...found,
    idpUrl: found.kind === 'saml' ? idpAddresses(found.slug, null).idpUrl : null,
    nextStep: (await findNextStep(found)) ?? null,
    twins: await findTwins(found),
  };
}

const sorts = applicationSorts.flatMap((name) => [name, `-${name}`] as const);

const presentVersion = async ({ application: id }: { application: string }) => ({
  version: (await getApplication(id)).version,
});

/** A change of one application, which is answered as it is now. */
const one = {
  tag: 'Applications',
  params: applicationParams,
  as: { application: 'id' },
  answer: application,
  show: ({ id }: { id: string }) => readApplication(id),
} as const;

export const applicationOperations: Operation[] = [
  defineOperation(
    {
      id: 'listTemplates',
      method: 'GET',
      path: '/templates',
      tag: 'Applications',
      summary: 'List the templates of the catalogue',
      permission: 'applications.read',
      answer: z.object({ items: z.array(template) }),
    },
    async () => ({ items: listTemplates().map(toTemplate) }),
  ),
  defineOperation(
    {
      id: 'getTemplate',
      method: 'GET',
      path: '/templates/{id}',
      tag: 'Applications',
      summary: 'Read a template of the catalogue, with its guide',
      permission: 'applications.read',
      params: z.object({ id: templateSchema.shape.id.max(100) }),
      answer: templateDetails,
    },
    async ({ params }) => toTemplate(getTemplate(params.id)),
  ),
  defineOperation(
    {
      id: 'listApplications',
      method: 'GET',
      path: '/applications',
      tag: 'Applications',
      summary: 'List the configured applications',
      permission: 'applications.read',
      query: z.object({
        q: z.string().trim().max(200).optional().describe('Text in display label, description or slug.'),
        sort: z.enum(sorts).default('displayLabel').describe('`-` in front: descending.'),
        ...pageQuery,
      }),
      answer: pageOf(applicationSummary),
    },
    ({ query: { sort, ...query } }) =>
      listApplications({
        ...query,
        sort: sort.replace('-', '') as ApplicationSort,
        descending: sort.startsWith('-'),
      }),
  ),
  toOperation(createApplication, {
    method: 'POST',
    path: '/applications',
    tag: 'Applications',
    summary: 'Create an application from a template',
    description:
      'With a key pair of its own and the mappings of the template. SSO is not active yet: call `activateSso`, or `updateSso` with `activation`.',
    answer: z.object({ id: z.uuid(), slug: z.string(), twins }),
    status: 201,
    idempotent: true,
    location: ({ id }) => `/applications/${id}`,
  }),
  toOperation(duplicateApplication, {
    method: 'POST',
    path: '/applications/{application}/duplicate',
    tag: 'Applications',
    summary: 'Duplicate an application',
    description:
      'With its SSO settings, mappings, attribute lists, scoping filters and the settings of its connection; not with its token, key pair, links or people. Nothing of it is active.',
    params: applicationParams,
    as: { application: 'id' },
    answer: application,
    show: ({ id }) => readApplication(id),
    status: 201,
    location: ({ id }) => `/applications/${id}`,
  }),
  defineOperation(
    {
      id: 'getApplication',
      method: 'GET',
      path: '/applications/{application}',
      tag: 'Applications',
      summary: 'Read an application',
      permission: 'applications.read',
      params: applicationParams,
      answer: application,
    },
    ({ params }) => readApplication(params.application),
  ),
  defineOperation(
    {
      id: 'getGuide',
      method: 'GET',
      path: '/applications/{application}/guide',
      tag: 'Applications',
      summary: 'Read the set-up guide of an application',
      description: 'What to do at the service provider, with the values of this application in it.',
      permission: 'applications.read',
      params: applicationParams,
      answer: guide,
    },
    ({ params }) => getGuide(params.application),
  ),
  toOperation(updateApplication, {
    ...one,
    method: 'PATCH',
    path: '/applications/{application}',
    summary: 'Change display label, description, image or visibility in the portal',
    present: async (params: { application: string }) => {
      const present = await getApplication(params.application);
      return { version: present.version, values: pickSettings(generalSettings, present) };
    },
  }),
  toOperation(deleteApplication, {
    method: 'DELETE',
    path: '/applications/{application}',
    tag: 'Applications',
    summary: 'Delete an application for good',
    description: 'SSO and provisioning stop at once; accounts in the application stay as they are.',
    params: applicationParams,
    as: { application: 'id' },
  }),
  toOperation(saveUsernameFormat, {
    ...one,
    method: 'PUT',
    path: '/applications/{application}/username-format',
    summary: 'Set how application usernames are made',
    description: 'Every account is evaluated again, because its userName may change.',
    as: { application: 'applicationId' },
    answer: application.extend({
      usernameWarning: z
        .object({ message: z.string(), hint: z.string() })
        .nullable()
        .describe(
          'The application does not take such usernames, by a rule of its own: who is skipped, and what to do.',
        ),
    }),
    show: async ({ id, warning }) => ({ ...(await readApplication(id)), usernameWarning: warning }),
    present: presentVersion,
  }),
  toOperation(saveBookmark, {
    ...one,
    method: 'PUT',
    path: '/applications/{application}/bookmark',
    summary: 'Set the address of a bookmark',
    present: presentVersion,
  }),
];
