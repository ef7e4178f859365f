import { z } from 'zod';
import { AppError } from '@/lib/core/errors';
import type { Page } from '@/lib/core/pagination';
import { settingsOf } from '@/lib/core/setting';
import { type CycleStageName, type IntegrationStatusName, linkStatesThat } from '@/lib/core/states';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { type Keyed, type Part, readPage } from '@/lib/db/keyset';
import { likePattern } from '@/lib/db/search';
import { inStates } from '@/lib/db/states';
import { readPlaceholderValues } from './set-placeholders';
import { generalSettings } from './settings';

export type SsoStatus = 'not_configured' | 'active' | 'inactive';
export type IdmStatus = 'not_configured' | IntegrationStatusName;

/** A row of Configured Applications. */
export interface ApplicationRow {
  id: string;
  slug: string;
  displayLabel: string;
  description: string;
  templateId: string;
  kind: 'saml' | 'bookmark';
  logoColor: string;
  logoImage: string | null;
  ssoStatus: SsoStatus;
  idmStatus: IdmStatus;
  /** End of the signing certificate; null for bookmarks. */
  certificateUntil: Date | null;
  lastCycleAt: Date | null;
  lastCycleStage: CycleStageName | null;
  /** Links in error, conflict or unknown outcome. */
  openErrors: number;
}

export const applicationSorts = [
  'displayLabel',
  'ssoStatus',
  'idmStatus',
  'certificate',
  'lastCycle',
  'openErrors',
] as const;
export type ApplicationSort = (typeof applicationSorts)[number];

/** Filters of the list; all of them live in the URL, where nonsense counts as absent. `-` before a sort: descending. */
export const applicationFilterSchema = z.object({
  q: z.string().max(200).optional().catch(undefined),
  sort: z
    .enum([...applicationSorts, ...applicationSorts.map((name) => `-${name}` as const)])
    .transform((sort) => ({ sort: sort.replace('-', '') as ApplicationSort, descending: sort.startsWith('-') }))
    .optional()
    .catch(undefined),
  cursor: z.string().max(2000).optional().catch(undefined),
});

export interface ApplicationListQuery {
  q?: string | undefined;
  sort?: ApplicationSort | undefined;
  descending?: boolean | undefined;
  cursor?: string | undefined;
  /** Rows a page, 50 unless told, 200 at most. */
  limit?: number | undefined;
}

const failing = inStates(linkStatesThat.fail);
/** Settings that were copied, of a connection that nobody has made yet. */
const idmStatus = Prisma.sql`CASE WHEN i.activated_at IS NULL AND i.status = 'inactive' THEN 'not_configured'
  ELSE coalesce(i.status::text, 'not_configured') END`;

/** What a row is sorted by, as text that sorts as the value does. */
const sortKeys: Record<ApplicationSort, Prisma.Sql> = {
  displayLabel: Prisma.sql`lower(a.display_label)`,
  ssoStatus: Prisma.sql`a.sso_status::text`,
  idmStatus,
  certificate: Prisma.sql`coalesce(to_char(k.not_after AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISS'), '')`,
  lastCycle: Prisma.sql`coalesce(to_char(c.started_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSMS'), '')`,
  openErrors: Prisma.sql`lpad(coalesce(e.open_errors, 0)::text, 12, '0')`,
};

/** Configured Applications, by key. */
export async function listApplications(
  query: ApplicationListQuery = {},
): Promise<Page<ApplicationRow> & { total: number }> {
  const limit = Math.min(query.limit ?? 50, 200);
  const sort = query.sort ?? 'displayLabel';
  const words = query.q?.trim() ?? '';
  const pattern = likePattern(words);
  const matching = words
    ? Prisma.sql`(a.display_label ILIKE ${pattern} OR a.description ILIKE ${pattern} OR a.slug ILIKE ${pattern})`
    : Prisma.sql`true`;
  const columns: Part['columns'] = [
    { sql: Prisma.sql`listed."sortKey"`, type: 'text' },
    { sql: Prisma.sql`listed.id`, type: 'uuid' },
  ];
  const [{ items, ...more }, [counted]] = await Promise.all([
    readPage(
      { where: Prisma.sql`true`, columns, descending: query.descending === true },
      { cursor: query.cursor, limit },
      ({ key, after, order, take }) => db.$queryRaw<(ApplicationRow & Keyed & { sortKey: string })[]>`
    SELECT *, ${key} FROM (
      SELECT a.id, a.slug, a.display_label AS "displayLabel", a.description, a.template_id AS "templateId", a.kind::text AS kind,
        a.logo_color AS "logoColor", a.logo_image AS "logoImage", a.sso_status::text AS "ssoStatus",
        ${idmStatus} AS "idmStatus", k.not_after AS "certificateUntil",
        c.started_at AS "lastCycleAt", c.stage::text AS "lastCycleStage", coalesce(e.open_errors, 0)::int AS "openErrors",
        (${sortKeys[sort]}) COLLATE "C" AS "sortKey"
      FROM applications a
      LEFT JOIN integrations i ON i.application_id = a.id
      LEFT JOIN LATERAL (SELECT max(not_after) AS not_after FROM idp_keys
        WHERE application_id = a.id AND state = 'current') k ON true
      LEFT JOIN LATERAL (SELECT started_at, stage FROM cycles WHERE application_id = a.id
        ORDER BY started_at DESC LIMIT 1) c ON true
      LEFT JOIN LATERAL (SELECT
        (SELECT count(*) FROM user_links WHERE application_id = a.id AND state IN ${failing}) +
        (SELECT count(*) FROM group_links WHERE application_id = a.id AND state IN ${failing}) AS open_errors) e ON true
      WHERE ${matching}
    ) listed
    WHERE ${after} ORDER BY ${order} LIMIT ${take}`,
    ),
    db.$queryRaw<{ count: number }[]>`SELECT count(*)::int AS count FROM applications a WHERE ${matching}`,
  ]);
  return { items: items.map(({ sortKey: _, ...row }) => row), ...more, total: counted?.count ?? 0 };
}

function idmStatusOf(integration: { status: IntegrationStatusName; activatedAt: Date | null } | null): IdmStatus {
  if (!integration) return 'not_configured';
  return integration.status === 'inactive' && !integration.activatedAt ? 'not_configured' : integration.status;
}

/** One application with what its own form holds. */
export async function findApplication(id: string) {
  const row = await db.application.findUnique({
    where: { id },
    include: {
      integration: { select: { status: true, activatedAt: true } },
      _count: { select: { groups: { where: { group: { deletedAt: null } } }, users: { where: { assigned: true } } } },
    },
  });
  if (!row) return undefined;
  const { placeholders, integration, settings: _, _count, ...application } = row;
  return {
    ...application,
    ...settingsOf(generalSettings, row),
    placeholders: readPlaceholderValues(placeholders),
    idmStatus: idmStatusOf(integration),
    groupCount: _count.groups,
    assignedCount: _count.users,
  };
}
export type ApplicationDetails = NonNullable<Awaited<ReturnType<typeof findApplication>>>;

/** As {@link findApplication}. @throws AppError `not_found` */
export async function getApplication(id: string): Promise<ApplicationDetails> {
  const application = await findApplication(id);
  if (!application) throw new AppError('not_found', 'This application does not exist any more.');
  return application;
}

/** A user group as a candidate for association. */
export interface GroupChoice {
  id: string;
  name: string;
  description: string;
  /** People, those of nested groups included. */
  members: number;
  associated: boolean;
  importedFrom: string | null;
}

/** An application as a candidate for association with a group. */
export interface ApplicationChoice {
  id: string;
  displayLabel: string;
  description: string;
  kind: 'saml' | 'bookmark';
  logoColor: string;
  logoImage: string | null;
  ssoStatus: SsoStatus;
  idmStatus: IdmStatus;
  associated: boolean;
}

/** Group › Applications: associated ones first, then by label. */
export async function listApplicationChoices(
  groupId: string,
  query: { q?: string | undefined; limit?: number | undefined } = {},
): Promise<ApplicationChoice[]> {
  const pattern = likePattern(query.q?.trim() ?? '');
  return db.$queryRaw<ApplicationChoice[]>`
    SELECT a.id, a.display_label AS "displayLabel", a.description, a.kind::text AS kind, a.logo_color AS "logoColor",
      a.logo_image AS "logoImage", a.sso_status::text AS "ssoStatus",
      ${idmStatus} AS "idmStatus",
      EXISTS (SELECT 1 FROM application_groups g
        WHERE g.application_id = a.id AND g.group_id = ${groupId}::uuid) AS associated
    FROM applications a LEFT JOIN integrations i ON i.application_id = a.id
    WHERE a.display_label ILIKE ${pattern}
      -- A group of an application gives no access to that one (change-associations.ts).
      AND NOT EXISTS (SELECT FROM groups own WHERE own.id = ${groupId}::uuid AND own.imported_from_id = a.id)
    ORDER BY associated DESC, lower(a.display_label), a.id LIMIT ${query.limit ?? 500}`;
}
