import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { AppError } from '@/lib/core/errors';
import { settingsOf, toRow } from '@/lib/core/setting';
import { db, type Tx } from '@/lib/db/client';
import type { Application, Prisma } from '@/lib/db/generated/client';
import { getTemplate } from './catalogue/templates';
import { freeSlug } from './create-application';
import { idpKeyRow, makeIdpKeyPair } from './idp-keys';
import { lockApplication } from './lock-application';
import type { copyOfApplicationSchema } from './schema';
import { checkPlaceholders, readPlaceholderValues } from './set-placeholders';
import { generalSettings } from './settings';

type Copy = z.output<typeof copyOfApplicationSchema>;

/** What is found out before the transaction of a copy. */
export interface PreparedCopy {
  placeholders: Record<string, string>;
  key: ReturnType<typeof idpKeyRow> | undefined;
}

/**
 * Whether an application can be copied like that, and a key pair for the copy, of which making takes its time.
 * @throws AppError `not_found`; `invalid_input` at `placeholders.<NAME>`
 */
export async function prepareCopy({ applicationId, displayLabel, placeholders }: Copy): Promise<PreparedCopy> {
  const source = await db.application.findUnique({ where: { id: applicationId } });
  if (!source) throw new AppError('not_found', 'This application does not exist any more.');
  const values = { ...readPlaceholderValues(source.placeholders), ...placeholders };
  return {
    placeholders: checkPlaceholders(getTemplate(source.templateId).placeholders, values),
    key: source.kind === 'saml' ? idpKeyRow(await makeIdpKeyPair(displayLabel), 'current') : undefined,
  };
}

/**
 * Copies an application in the caller's transaction: General Info, SSO settings, username format, attribute lists, mappings and scoping
 * filters. Not its key pair, nor what is kept of people: nobody has access, and SSO is not active.
 * @throws AppError `not_found`, `already_exists` (slug)
 */
export async function copyApplication(
  tx: Tx,
  { applicationId, displayLabel, slug: typed }: Copy,
  { placeholders, key }: PreparedCopy,
): Promise<{ source: Application; copy: Application }> {
  const source = await lockApplication(tx, applicationId);
  const id = randomUUID();
  const [sso, spCertificates] = await Promise.all([
    tx.ssoSettings.findUnique({ where: { applicationId } }),
    tx.spCertificate.findMany({ where: { applicationId } }),
  ]);
  const copy = await tx.application.create({
    data: {
      id,
      templateId: source.templateId,
      templateVersion: source.templateVersion,
      attributesVersion: source.attributesVersion,
      kind: source.kind,
      ...toRow(generalSettings, { ...settingsOf(generalSettings, source), displayLabel }),
      slug: await freeSlug(tx, typed, displayLabel, source.templateId),
      placeholders,
      usernameFormat: source.usernameFormat,
      bookmarkUrl: source.bookmarkUrl,
      ssoStatus: source.kind === 'bookmark' ? source.ssoStatus : 'not_configured',
      ...(key ? { idpKeys: { create: key } } : {}),
      // The IdP Entity ID is an identity: the copy has its own, which is its SSO IdP URL.
      ...(sso ? { sso: { create: { settings: sso.settings as Prisma.InputJsonValue } } } : {}),
      spCertificates: {
        create: spCertificates.map(({ id: _id, applicationId: _application, createdAt: _at, ...rest }) => rest),
      },
    },
  });
  await copyTables(tx, applicationId, id);
  return { source, copy };
}

async function copyTables(tx: Tx, from: string, to: string): Promise<void> {
  const where = { applicationId: from };
  const mappings = await tx.attributeMapping.findMany({ where });
  await tx.attributeMapping.createMany({
    data: mappings.map(({ id: _id, ...row }) => ({ ...row, applicationId: to })),
  });
  const attributes = await tx.targetAttribute.findMany({ where });
  await tx.targetAttribute.createMany({ data: attributes.map((row) => ({ ...row, applicationId: to })) });
  const clauses = await tx.scopeClause.findMany({ where });
  await tx.scopeClause.createMany({ data: clauses.map((row) => ({ ...row, applicationId: to })) });
}

/**
 * Gives an application the user groups and directly assigned people of another one, beside those that it has.
 * @returns how many groups and people were not associated with it before
 */
export async function copyAssociations(tx: Tx, from: string, to: string): Promise<{ groups: number; people: number }> {
  const groups = await tx.$executeRaw`
    INSERT INTO application_groups (application_id, group_id)
    SELECT ${to}::uuid, a.group_id FROM application_groups a JOIN groups g ON g.id = a.group_id AND g.deleted_at IS NULL
    WHERE a.application_id = ${from}::uuid ORDER BY a.group_id ON CONFLICT DO NOTHING`;
  const people = await tx.$executeRaw`
    INSERT INTO application_users AS kept (application_id, user_id, assigned)
    SELECT ${to}::uuid, d.user_id, true FROM application_users d
    WHERE d.application_id = ${from}::uuid AND d.assigned ORDER BY d.user_id
    ON CONFLICT (application_id, user_id) DO UPDATE SET assigned = true WHERE NOT kept.assigned`;
  return { groups, people };
}

/** Gives people the application usernames that were typed for them in another application, where they have none of their own. */
export async function copyTypedUsernames(tx: Tx, from: string, to: string): Promise<number> {
  return tx.$executeRaw`
    INSERT INTO application_users AS kept (application_id, user_id, assigned, application_username, application_username_folded)
    SELECT ${to}::uuid, d.user_id, false, d.application_username, d.application_username_folded FROM application_users d
    WHERE d.application_id = ${from}::uuid AND d.application_username IS NOT NULL ORDER BY d.user_id
    ON CONFLICT (application_id, user_id) DO UPDATE
      SET application_username = excluded.application_username, application_username_folded = excluded.application_username_folded
      WHERE kept.application_username IS NULL`;
}
