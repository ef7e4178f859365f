import { z } from 'zod';
import { generalSettings } from '@/lib/applications/settings';
import { answerShape } from '@/lib/core/setting';
import { cycleStages, integrationStatuses } from '@/lib/core/states';

export const applicationKind = z.enum(['saml', 'bookmark']);
export const ssoStatus = z.enum(['not_configured', 'active', 'inactive']).describe('Of the bookmark, where it is one.');
export const idmStatus = z.enum(['not_configured', ...integrationStatuses]);

const slug = z.string().describe('The last part of the SSO IdP URL; may stand for the id in a path.');

/** An application in a list. */
export const applicationSummary = z
  .object({
    id: z.uuid(),
    slug,
    displayLabel: z.string(),
    description: z.string(),
    templateId: z.string(),
    kind: applicationKind,
    ssoStatus,
    idmStatus,
    certificateUntil: z.date().nullable().describe('End of the signing certificate; null for bookmarks.'),
    lastCycleAt: z.date().nullable(),
    lastCycleStage: z.enum(cycleStages).nullable(),
    openErrors: z.number().int().describe('Accounts and groups in error, in conflict or of unknown outcome.'),
  })
  .meta({ id: 'ApplicationSummary' });

export const twins = z
  .array(
    z.object({
      id: z.uuid(),
      displayLabel: z.string(),
      sameLabel: z.boolean(),
      sameInstance: z.boolean().describe('Of the same template with the same placeholders.'),
    }),
  )
  .describe('Other applications that it is easily taken for, five at most: a warning.');

/** An application; what is answered after a change, too. */
export const application = z
  .object({
    id: z.uuid(),
    slug,
    version: z.number().int(),
    templateId: z.string(),
    templateVersion: z.number().int(),
    kind: applicationKind,
    ...answerShape(generalSettings),
    placeholders: z.record(z.string(), z.string()),
    idpUrl: z.string().nullable().describe('SSO IdP URL; null for bookmarks.'),
    bookmarkUrl: z.string().nullable().describe('Null unless it is a bookmark.'),
    usernameFormat: z.string().describe('`username`, `email`, `email_prefix` or an expression.'),
    ssoStatus,
    idmStatus,
    groupCount: z.number().int().describe('Associated user groups.'),
    assignedCount: z.number().int().describe('Directly assigned people.'),
    nextStep: z
      .object({ text: z.string(), tab: z.enum(['sso', 'bookmark', 'groups', 'identity-management']) })
      .nullable()
      .describe('What to do next until the application is set up; null when all is done.'),
    twins,
    createdAt: z.date(),
    updatedAt: z.date(),
  })
  .meta({ id: 'Application' });
