import { listAccessibleApplicationIds } from '@/lib/applications/scope';
import { listSharedNames, type SharedName } from '@/lib/applications/shared-names';
import { readStandings } from '@/lib/applications/standings';
import { now } from '@/lib/core/clock';
import type { Page } from '@/lib/core/pagination';
import type { IntegrationStatusName, LinkStateName } from '@/lib/core/states';
import type { Counted } from '@/lib/db/bounded-count';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { type KeyColumn, type Keyed, readPage } from '@/lib/db/keyset';
import { listMemberships } from '@/lib/directory/membership';
import { type NextStep, nextStep } from '../plan/next-step';
import { findPlanContext } from '../plan/plan-context';
import { previewPerson } from '../plan/preview-person';
import { type Drift, driftOf } from '../schema';
import type { LinkError } from './links';

/** One application on a person's page: is there an account, why, and what comes next. */
export interface PersonAccount {
  applicationId: string;
  displayLabel: string;
  logoColor: string;
  logoImage: string | null;
  ssoActive: boolean;
  idmStatus: IntegrationStatusName | 'not_configured';
  /** Per granting group the way to it: from the group that the person is a direct member of, to the associated one. */
  grants: { groupId: string; path: string[] }[];
  direct: boolean;
  /** The application username and who else has it there; null: nobody. */
  shared: SharedName | null;
  state: LinkStateName | null;
  lastChangeAt: Date | null;
  lastError: LinkError | null;
  /** What differs over there and is left so. */
  drift: Drift | null;
  next: NextStep | null;
}

/**
 * Where a person has access or an account, by label. What comes next is worked out for each, so a page is short.
 * @param limit applications at most, 20 unless told
 */
export async function listPersonAccounts(
  userId: string,
  cursor?: string,
  limit = 20,
): Promise<Page<PersonAccount> & Counted> {
  const ids = await listApplicationIds(userId);
  const { items, ...page } = await readPage(
    { where: Prisma.sql`a.id = ANY (${ids}::uuid[])`, columns: byLabel },
    { cursor, limit },
    ({ key, after, order, take }) => db.$queryRaw<({ id: string } & Keyed)[]>`
      SELECT a.id, ${key} FROM applications a WHERE ${after} ORDER BY ${order} LIMIT ${take}`,
  );
  return {
    items: await accountsIn(
      userId,
      items.map(({ id }) => id),
    ),
    ...page,
    total: ids.length,
    totalIsExact: true,
  };
}

const byLabel: readonly KeyColumn[] = [
  { sql: Prisma.sql`(lower(a.display_label) COLLATE "C")`, type: 'text' },
  { sql: Prisma.sql`a.id`, type: 'uuid' },
];

async function listApplicationIds(userId: string): Promise<string[]> {
  const [accessible, links] = await Promise.all([
    listAccessibleApplicationIds(userId),
    db.userLink.findMany({ where: { userId }, select: { applicationId: true } }),
  ]);
  return [...new Set([...accessible, ...links.map((link) => link.applicationId)])];
}

/** @param ids of applications, in order */
async function accountsIn(userId: string, ids: readonly string[]): Promise<PersonAccount[]> {
  const applicationId = { in: [...ids] };
  const [links, memberships, shared, found] = await Promise.all([
    db.userLink.findMany({ where: { userId, applicationId } }),
    listMemberships(userId),
    listSharedNames(userId),
    db.application.findMany({
      where: { id: applicationId },
      include: { integration: { select: { status: true } } },
    }),
  ]);
  const applications = found.toSorted((one, other) => ids.indexOf(one.id) - ids.indexOf(other.id));
  const standings = await readStandings(db, { applications, userIds: [userId], parts: ['grants'] }, now());
  const linked = new Map(links.map((link) => [link.applicationId, link]));
  const granting = new Map(standings.map((standing) => [standing.applicationId, standing.grants]));
  const wayTo = new Map(memberships.map((membership) => [membership.groupId, membership.path]));
  return Promise.all(
    applications.map(async (application): Promise<PersonAccount> => {
      const link = linked.get(application.id);
      const grants = granting.get(application.id);
      return {
        applicationId: application.id,
        displayLabel: application.displayLabel,
        logoColor: application.logoColor,
        logoImage: application.logoImage,
        ssoActive: application.ssoStatus === 'active',
        idmStatus: application.integration?.status ?? 'not_configured',
        grants: (grants?.groups ?? []).map(({ id, name }) => ({ groupId: id, path: wayTo.get(id) ?? [name] })),
        direct: grants?.direct ?? false,
        shared: shared.find((name) => name.application.id === application.id) ?? null,
        state: link?.state ?? null,
        lastChangeAt: link?.lastChangeAt ?? null,
        lastError: (link?.lastError as unknown as LinkError | null | undefined) ?? null,
        drift: driftOf(link?.drift),
        next: await nextOf(application.id, userId),
      };
    }),
  );
}

/** Applications are found by typing their name; more than this many are found on their own page. */
const mostOthers = 200;

/** The other applications, by label: there the person has neither access nor an account, and can be told why. */
export async function listOtherApplications(userId: string): Promise<{ id: string; displayLabel: string }[]> {
  return db.application.findMany({
    where: { id: { notIn: await listApplicationIds(userId) } },
    select: { id: true, displayLabel: true },
    orderBy: [{ displayLabel: 'asc' }, { id: 'asc' }],
    take: mostOthers,
  });
}

async function nextOf(applicationId: string, userId: string): Promise<NextStep | null> {
  const context = await findPlanContext(applicationId);
  const plan = context && (await previewPerson(context, userId));
  return plan ? nextStep(plan) : null;
}
