import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { AppError } from '@/lib/core/errors';
import { toRow } from '@/lib/core/setting';
import type { Tx } from '@/lib/db/client';
import type { Application } from '@/lib/db/generated/client';
import { declareCommand } from '@/lib/events/command';
import { attemptAfter } from '@/lib/events/record';
import type { Template } from './catalogue/template-schema';
import { findTemplate } from './catalogue/templates';
import { idpKeyRow, makeIdpKeyPair } from './idp-keys';
import { createApplicationSchema, type PlaceholderValues, slugFromLabel } from './schema';
import { checkPlaceholders } from './set-placeholders';
import { generalSettings } from './settings';
import { fillTargetAttributes } from './target-attributes';
import { findTwins, type Twin } from './twins';

/**
 * Creates an application from a template: settings, mappings and a key pair of its own. Nothing is active yet.
 * @returns the application; `twins`: others that it is easily taken for, which is a warning
 * @throws AppError `already_exists` (slug) when the SSO IdP URL that was typed is taken; `invalid_input` for a template
 * that the catalogue does not have, or a placeholder that the template does not have or whose pattern refuses the value
 */
export const createApplication = declareCommand(
  {
    id: 'createApplication',
    permission: 'applications.write',
    input: createApplicationSchema,
    event: 'application_create',
  },
  (actor, data): Promise<Application & { twins: Twin[] }> => {
    const id = randomUUID();
    const application = { id, displayLabel: data.displayLabel };
    const draft = { name: 'application_create' as const, actor, application, target: target(application) };
    return attemptAfter(
      draft,
      () => prepare(data),
      async (tx, _draft, { template, placeholders, key }) => {
        const slug = await freeSlug(tx, data.slug, data.displayLabel, template.id);
        const created = await tx.application.create({
          data: {
            id,
            templateId: template.id,
            templateVersion: template.version,
            kind: template.kind,
            ...toRow(generalSettings, { ...data, logoColor: data.logoColor ?? template.logo.color }),
            slug,
            placeholders,
            // A bookmark with its address is complete.
            ssoStatus: template.kind === 'bookmark' ? 'active' : 'not_configured',
            bookmarkUrl: template.kind === 'bookmark' ? (data.bookmarkUrl ?? null) : null,
            ...(key ? { idpKeys: { create: key } } : {}),
            ...(template.saml ? { sso: { create: { settings: template.saml } } } : {}),
          },
        });
        await createMappings(tx, id, template);
        await fillTargetAttributes(tx, id, template);
        return { ...created, twins: await findTwins(created, tx) };
      },
    );
  },
);

/** What needs no transaction. Making the key pair is two seconds of arithmetic at worst. */
async function prepare(data: z.output<typeof createApplicationSchema>) {
  const template = findTemplate(data.templateId);
  if (!template) {
    throw new AppError('invalid_input', `The catalogue has no application "${data.templateId}".`, {
      field: 'templateId',
      hint: 'Any application that speaks SAML 2.0 can be connected as custom-saml; any other can be a bookmark.',
    });
  }
  if (template.kind === 'bookmark' && !data.bookmarkUrl) {
    throw new AppError('invalid_input', 'Enter the Bookmark URL.', { field: 'bookmarkUrl' });
  }
  if (template.kind !== 'bookmark' && data.bookmarkUrl) {
    throw new AppError('invalid_input', `${template.name} is no bookmark.`, { field: 'bookmarkUrl' });
  }
  const placeholders: PlaceholderValues = checkPlaceholders(template.placeholders, data.placeholders);
  const key = template.kind === 'saml' ? idpKeyRow(await makeIdpKeyPair(data.displayLabel), 'current') : undefined;
  return { template, placeholders, key };
}

function target(application: { id: string; displayLabel: string }) {
  return { type: 'application' as const, id: application.id, name: application.displayLabel };
}

/** The typed slug when it is free, else one made from the label with a number behind it. @throws AppError `already_exists` (slug) */
export async function freeSlug(tx: Tx, typed: string | undefined, label: string, templateId: string): Promise<string> {
  // One at a time, so that two administrators who create at once get two names.
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('application-slug'))`;
  const wanted = typed ?? (slugFromLabel(label) || templateId);
  const rows = await tx.application.findMany({ where: { slug: { startsWith: wanted } }, select: { slug: true } });
  const taken = new Set(rows.map((row) => row.slug));
  if (!taken.has(wanted)) return wanted;
  if (typed) {
    throw new AppError('already_exists', `The SSO IdP URL ending in "${typed}" is used by another application.`, {
      field: 'slug',
      hint: 'Type another one; it cannot be changed later.',
    });
  }
  let number = 2;
  while (taken.has(`${wanted}-${number}`)) number += 1;
  return `${wanted}-${number}`;
}

async function createMappings(tx: Tx, applicationId: string, template: Template): Promise<void> {
  if (!template.scim) return;
  const rows = [
    ...template.scim.userMappings.map((mapping, position) => ({ ...mapping, position, objectType: 'user' as const })),
    ...template.scim.groupMappings.map((mapping, position) => ({ ...mapping, position, objectType: 'group' as const })),
  ];
  await tx.attributeMapping.createMany({ data: rows.map((row) => ({ ...row, applicationId })) });
}
