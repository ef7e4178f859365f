import { listAccessibleApplicationIds } from '@/lib/applications/scope';
import { listSharedNames, type SharedName } from '@/lib/applications/shared-names';
import { db } from '@/lib/db/client';
import { listMemberships } from '@/lib/directory/membership';
import { findConnection } from '../connection';
import { previewPerson } from '../preview-person';
import type { LinkStateName } from '../schema';
import type { LinkError } from './links';
import { type NextStep, nextStep } from './next-step';

/** One application on a person's page: is there an account, why, and what comes next. */
export interface PersonAccount {
  applicationId: string;
  displayLabel: string;
  logoColor: string;
  logoImage: string | null;
  ssoActive: boolean;
  idmStatus: 'active' | 'paused' | 'quarantined' | 'inactive' | 'not_configured';
  /** Per granting group the way to it: from the group that the person is a direct member of, to the associated one. */
  grants: { groupId: string; path: string[] }[];
  direct: boolean;
  /** The application username and who else has it there; null: nobody. */
  shared: SharedName | null;
  state: LinkStateName | null;
  lastChangeAt: Date | null;
  lastError: LinkError | null;
  next: NextStep | null;
}

/** Where a person has access or an account, by label. */
export async function listPersonAccounts(userId: string): Promise<PersonAccount[]> {
  const [accessible, links, memberships, own, shared] = await Promise.all([
    listAccessibleApplicationIds(userId),
    db.userLink.findMany({ where: { userId } }),
    listMemberships(userId),
    db.applicationUser.findMany({ where: { userId, assigned: true }, select: { applicationId: true } }),
    listSharedNames(userId),
  ]);
  const linked = new Map(links.map((link) => [link.applicationId, link]));
  const applications = await db.application.findMany({
    where: { id: { in: [...new Set([...accessible, ...linked.keys()])] } },
    include: {
      integration: { select: { status: true } },
      groups: { where: { groupId: { in: memberships.map((entry) => entry.groupId) } }, select: { groupId: true } },
    },
    orderBy: [{ displayLabel: 'asc' }, { id: 'asc' }],
  });
  const direct = new Set(own.map((row) => row.applicationId));
  return Promise.all(
    applications.map(async (application): Promise<PersonAccount> => {
      const link = linked.get(application.id);
      const granting = new Set(application.groups.map((row) => row.groupId));
      return {
        applicationId: application.id,
        displayLabel: application.displayLabel,
        logoColor: application.logoColor,
        logoImage: application.logoImage,
        ssoActive: application.ssoStatus === 'active',
        idmStatus: application.integration?.status ?? 'not_configured',
        grants: memberships
          .filter((entry) => granting.has(entry.groupId))
          .map(({ groupId, path }) => ({ groupId, path })),
        direct: direct.has(application.id),
        shared: shared.find((name) => name.application.id === application.id) ?? null,
        state: link?.state ?? null,
        lastChangeAt: link?.lastChangeAt ?? null,
        lastError: (link?.lastError as unknown as LinkError | null | undefined) ?? null,
        next: await nextOf(application.id, userId),
      };
    }),
  );
}

/** Applications are found by typing their name; more than this many are found on their own page. */
const mostOthers = 200;

/** The other applications, by label: there the person has neither access nor an account, and can be told why. */
export async function listOtherApplications(
  accounts: readonly PersonAccount[],
): Promise<{ id: string; displayLabel: string }[]> {
  return db.application.findMany({
    where: { id: { notIn: accounts.map((account) => account.applicationId) } },
    select: { id: true, displayLabel: true },
    orderBy: [{ displayLabel: 'asc' }, { id: 'asc' }],
    take: mostOthers,
  });
}

async function nextOf(applicationId: string, userId: string): Promise<NextStep | null> {
  const connection = await findConnection(applicationId);
  const preview = connection && (await previewPerson(connection, userId));
  return preview ? nextStep(preview) : null;
}
