import { listUsernameConflicts } from '@/lib/applications/list-username-conflicts';
import { now } from '@/lib/core/clock';
import { links } from '@/lib/core/links';
import { integrationStatusesThat, linkStatesThat } from '@/lib/core/states';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { listContestedGroups, listContestedNames } from '@/lib/directory/contested-names';
import { type HeldCount, heldInWords, toHeldCount } from '@/lib/provisioning/held-words';
import { heldByAction } from '@/lib/provisioning/queries/held';
import { failingStates } from '@/lib/provisioning/queries/sql';
import { daysUntil, endInWords, secretEndOf, warnDays as secretWarnDays } from '@/lib/provisioning/secret-end';
import { listWebhooks } from '@/lib/webhooks/queries';
import type { AttentionItem } from './schema';
import { skippedPeople } from './skipped-people';
import { spMetadata } from './sp-metadata';
import { waitingImports } from './waiting-imports';

const dayMs = 24 * 60 * 60_000;
const warnDays = 60;
/** Contested names that have a line of their own. */
const namesShown = 5;
/** Accounts in error that are counted and looked at in one application: more of them say nothing new. */
const failingAtMost = 1_000;

/** What needs somebody: connections that rest, accounts that fail, people who are skipped, certificates and secrets near their end, webhooks that are refused. */
export async function listAttention(): Promise<AttentionItem[]> {
  const found = await Promise.all([
    connections(),
    heldOperations(),
    failingLinks(),
    skippedPeople(),
    sharedUsernames(),
    names(),
    certificates(),
    endingSecrets(),
    webhooks(),
    waitingImports(),
    spMetadata(),
    // Nothing waits for them.
    manualTasks(),
  ]);
  const order = { error: 0, warning: 1 };
  return found.flat().sort((one, other) => order[one.severity] - order[other.severity]);
}

const shown = { id: true, displayLabel: true, logoColor: true, logoImage: true } as const;

async function connections(): Promise<AttentionItem[]> {
  const rows = await db.integration.findMany({
    where: { status: { in: [...integrationStatusesThat.needSomebody] } },
    include: { application: { select: shown } },
    orderBy: [{ quarantinedAt: 'asc' }, { applicationId: 'asc' }],
  });
  return rows.map(({ application, status, quarantineReason, heldAt }) => {
    const href = links.application(application.id).identityManagement();
    if (status === 'paused') {
      return {
        id: `paused:${application.id}`,
        severity: 'warning',
        subject: application.displayLabel,
        application,
        title: 'Provisioning is paused',
        cause: 'Nothing is sent until somebody resumes it.',
        action: { label: 'Resume', href, needs: 'integration.write' },
      };
    }
    if (heldAt) {
      return {
        id: `held:${application.id}`,
        severity: 'error',
        subject: application.displayLabel,
        application,
        title: 'Many accounts are missing',
        cause: quarantineReason ?? 'Nothing is sent until somebody has looked.',
        action: { label: 'Look at them', href, needs: null },
      };
    }
    const unauthorized = /unauthorized|forbidden|token/i.test(quarantineReason ?? '');
    return {
      id: `quarantined:${application.id}`,
      severity: 'error',
      subject: application.displayLabel,
      application,
      title: 'The connection is quarantined',
      cause: quarantineReason ?? 'The application cannot be reached.',
      action: { label: unauthorized ? 'Replace credentials' : 'Test connection', href, needs: 'integration.write' },
    };
  });
}

/** What somebody has to allow, counted to a thousand. */
async function heldOperations(): Promise<AttentionItem[]> {
  const rows = await db.$queryRaw<
    {
      id: string;
      displayLabel: string;
      logoColor: string;
      logoImage: string | null;
      byAction: HeldCount['byAction'];
    }[]
  >`
    SELECT a.id, a.display_label AS "displayLabel", a.logo_color AS "logoColor", a.logo_image AS "logoImage", held.by_action AS "byAction"
    FROM applications a JOIN integrations i ON i.application_id = a.id AND i.status <> 'inactive'
    CROSS JOIN LATERAL (SELECT ${heldByAction(Prisma.sql`a.id`)} AS by_action) held
    WHERE held.by_action IS NOT NULL`;
  return rows
    .map(({ byAction, ...application }) => ({ application, held: toHeldCount(byAction) }))
    .sort((one, other) => other.held.total - one.held.total || one.application.id.localeCompare(other.application.id))
    .map(({ application, held }) => ({
      id: `held-operations:${application.id}`,
      severity: 'warning',
      subject: application.displayLabel,
      application,
      title: heldInWords(held),
      cause: 'Nothing of it is sent before an administrator allows it.',
      action: { label: 'Review', href: links.application(application.id).held(), needs: null },
    }));
}

/** What only a person can do in an application, counted to a thousand. */
async function manualTasks(): Promise<AttentionItem[]> {
  const rows = await db.$queryRaw<
    { id: string; displayLabel: string; logoColor: string; logoImage: string | null; count: number }[]
  >`
    SELECT a.id, a.display_label AS "displayLabel", a.logo_color AS "logoColor", a.logo_image AS "logoImage", open.count
    FROM applications a JOIN integrations i ON i.application_id = a.id AND i.status <> 'inactive'
    CROSS JOIN LATERAL (SELECT count(*)::int AS count FROM (
      SELECT FROM manual_tasks t JOIN users u ON u.id = t.user_id AND u.deleted_at IS NULL
      WHERE t.application_id = a.id AND t.done_at IS NULL LIMIT ${failingAtMost}) few) open
    WHERE open.count > 0
    ORDER BY open.count DESC, a.id`;
  return rows.map(({ count, ...application }) => ({
    id: `manual-tasks:${application.id}`,
    severity: 'warning',
    subject: application.displayLabel,
    application,
    title: `${count.toLocaleString('en')}${count === failingAtMost ? '+' : ''} manual ${count === 1 ? 'task' : 'tasks'}`,
    cause: 'Only a person can do this in the application. Nothing waits for it.',
    action: { label: 'Show', href: links.application(application.id).manualTasks(), needs: null },
  }));
}

async function failingLinks(): Promise<AttentionItem[]> {
  const rows = await db.$queryRaw<
    {
      id: string;
      displayLabel: string;
      logoColor: string;
      logoImage: string | null;
      kind: string;
      count: number;
      message: string | null;
    }[]
  >`
    SELECT a.id, a.display_label AS "displayLabel", a.logo_color AS "logoColor", a.logo_image AS "logoImage",
      f.kind, f.count, f.message
    FROM applications a JOIN integrations i ON i.application_id = a.id AND i.status <> 'inactive'
    CROSS JOIN LATERAL (
      SELECT 'user' AS kind, count(*)::int AS count, mode() WITHIN GROUP (ORDER BY message) AS message FROM (
        SELECT last_error->>'message' AS message FROM user_links l
        WHERE l.application_id = a.id AND l.state IN ${failingStates} LIMIT ${failingAtMost}) failing
      UNION ALL
      SELECT 'group', count(*)::int, mode() WITHIN GROUP (ORDER BY message) FROM (
        SELECT last_error->>'message' AS message FROM group_links l
        WHERE l.application_id = a.id AND l.state IN ${failingStates} AND NOT ${waitsForConsent} LIMIT ${failingAtMost}) failing
      UNION ALL
      SELECT 'consent', count(*)::int, mode() WITHIN GROUP (ORDER BY message) FROM (
        SELECT last_error->>'message' AS message FROM group_links l
        WHERE l.application_id = a.id AND l.state IN ${failingStates} AND ${waitsForConsent} LIMIT ${failingAtMost}) failing) f
    WHERE f.count > 0
    ORDER BY f.count DESC, a.id`;
  return rows.map(({ kind, count, message, ...application }) => {
    if (kind === 'consent') return groupsForConsent(application, count, message);
    const noun = kind === 'user' ? ['account', 'accounts'] : ['group', 'groups'];
    const href =
      kind === 'user'
        ? links.application(application.id).assignments({ state: [...linkStatesThat.fail] })
        : links.application(application.id).provisioning();
    return {
      id: `failing-${kind}:${application.id}`,
      severity: 'error',
      subject: application.displayLabel,
      application,
      title: `${count.toLocaleString('en')}${count === failingAtMost ? '+' : ''} ${count === 1 ? noun[0] : noun[1]} could not be provisioned`,
      cause: `${count === 1 ? '' : 'Most often: '}${message ?? 'The last attempt failed.'}`,
      action: { label: `Review ${count === 1 ? noun[0] : noun[1]}`, href, needs: null },
    };
  });
}

const waitsForConsent = Prisma.sql`(l.last_error->>'code' IS NOT DISTINCT FROM 'GroupNeedsConsent')`;

/** Nothing has failed: somebody is to say whether a group that is there is meant. */
function groupsForConsent(
  application: NonNullable<AttentionItem['application']>,
  count: number,
  message: string | null,
): AttentionItem {
  const more = count === failingAtMost ? '+' : '';
  return {
    id: `consent:${application.id}`,
    severity: 'warning',
    subject: application.displayLabel,
    application,
    title: `${count.toLocaleString('en')}${more} ${count === 1 ? 'group waits' : 'groups wait'} for consent`,
    cause: message ?? 'A group of that name is there, with members of others.',
    action: {
      label: `Review ${count === 1 ? 'group' : 'groups'}`,
      href: links.application(application.id).groups(),
      needs: null,
    },
  };
}

/** Application usernames of several people: it keeps all of them out, by SSO as well. */
async function sharedUsernames(): Promise<AttentionItem[]> {
  const conflicts = await listUsernameConflicts();
  const ids = [...new Set(conflicts.map((conflict) => conflict.application.id))];
  const applications = await db.application.findMany({ where: { id: { in: ids } }, select: shown });
  return applications.map((application) => {
    const own = conflicts.filter((conflict) => conflict.application.id === application.id);
    const people = own.flatMap((conflict) => conflict.people);
    const first = own[0]?.people.slice(0, 3).map((person) => `${person.displayName} (${person.email})`) ?? [];
    return {
      id: `usernames:${application.id}`,
      severity: 'error',
      subject: application.displayLabel,
      application,
      title: `${people.length.toLocaleString('en')} people share an application username`,
      cause: `They cannot sign in: ${first.join(' and ')}${people.length > first.length ? ', and others' : ''}.`,
      action: {
        label: 'Review usernames',
        href: links.application(application.id).assignments({ names: 'shared' }),
        needs: null,
      },
    };
  });
}

/** Usernames, e-mail addresses and group names that are another's too, from before they were compared as they are now. */
async function names(): Promise<AttentionItem[]> {
  const [people, groups] = await Promise.all([listContestedNames(), listContestedGroups()]);
  const words = { username: 'username', email: 'e-mail address' };
  return [
    ...people.slice(0, namesShown).map(
      ({ field, person, holder }): AttentionItem => ({
        id: `name:${person.id}:${field}`,
        severity: 'warning',
        subject: person.displayName,
        application: null,
        title: `The ${words[field]} is somebody else's too`,
        cause: `“${person[field]}” finds ${holder.displayName} (${holder.email}). ${person.displayName} signs in by the other name only.`,
        action: { label: 'Rename', href: links.editUser(person.id), needs: 'users.write' },
      }),
    ),
    ...groups.slice(0, namesShown).map(
      ({ group, holder }): AttentionItem => ({
        id: `group-name:${group.id}`,
        severity: 'warning',
        subject: group.name,
        application: null,
        title: 'Two user groups have one name',
        cause: `The other one is ${holder.name}.`,
        action: { label: 'Rename', href: links.groupSettings(group.id), needs: 'groups.write' },
      }),
    ),
    ...moreNames(
      people.length + groups.length - Math.min(people.length, namesShown) - Math.min(groups.length, namesShown),
    ),
  ];
}

/** What is not listed one by one. */
function moreNames(count: number): AttentionItem[] {
  if (count === 0) return [];
  return [
    {
      id: 'names:more',
      severity: 'warning',
      subject: 'Users',
      application: null,
      title: `${count.toLocaleString('en')} more names are somebody else's too`,
      cause: 'They are from before usernames and e-mail addresses were compared in any case and form of writing.',
      action: { label: 'Review names', href: links.users({ names: 'contested' }), needs: null },
    },
  ];
}

async function endingSecrets(): Promise<AttentionItem[]> {
  const rows = await db.integration.findMany({
    where: { status: { not: 'inactive' } },
    include: { application: { select: shown } },
    orderBy: { applicationId: 'asc' },
  });
  return rows.flatMap(({ application, ...integration }): AttentionItem[] => {
    const end = secretEndOf(integration);
    const owner = end?.owner ? ` ${end.owner} sees to it.` : '';
    return [
      ending(application, 'secret', end?.endsAt ?? null, owner),
      ending(application, 'trust', integration.trustEndsAt, ''),
    ].flat();
  });
}

const endingWords = {
  secret: 'The secret of the connection',
  trust: 'The certificate of the connection’s own authority',
};

/** @param owner who sees to it, in a sentence */
function ending(
  application: { id: string; displayLabel: string; logoColor: string; logoImage: string | null },
  what: keyof typeof endingWords,
  endsAt: Date | null,
  owner: string,
): AttentionItem[] {
  const days = endsAt ? daysUntil(endsAt, now()) : Number.POSITIVE_INFINITY;
  if (days >= Math.max(...secretWarnDays)) return [];
  return [
    {
      id: `${what}:${application.id}`,
      severity: days < Math.min(...secretWarnDays) ? 'error' : 'warning',
      subject: application.displayLabel,
      application,
      title: `${endingWords[what]} ${endInWords(days)}`,
      cause: `Nothing is sent without a new one.${owner}`,
      action: {
        label: 'Replace credentials',
        href: links.application(application.id).identityManagement(),
        needs: 'integration.write',
      },
    },
  ];
}

async function certificates(): Promise<AttentionItem[]> {
  const keys = await db.idpKey.findMany({
    where: {
      state: 'current',
      notAfter: { lt: new Date(now().getTime() + warnDays * dayMs) },
      application: { ssoStatus: 'active' },
    },
    include: { application: { select: shown } },
    orderBy: [{ notAfter: 'asc' }, { id: 'asc' }],
  });
  return keys.map(({ application, notAfter }) => {
    const days = Math.floor((notAfter.getTime() - now().getTime()) / dayMs);
    return {
      id: `certificate:${application.id}`,
      severity: days < 7 ? 'error' : 'warning',
      subject: application.displayLabel,
      application,
      title:
        days < 0
          ? 'The IdP certificate has expired'
          : `The IdP certificate ends in ${days} ${days === 1 ? 'day' : 'days'}`,
      cause: 'Sign-ins fail once the application refuses it.',
      action: { label: 'Renew certificate', href: links.application(application.id).sso(), needs: 'sso.write' },
    };
  });
}

async function webhooks(): Promise<AttentionItem[]> {
  const failing = (await listWebhooks()).filter(({ state }) => state === 'failing');
  return failing.map(({ id, label, failed, lastError }) => ({
    id: `webhook:${id}`,
    severity: failed > 0 ? 'error' : 'warning',
    subject: label,
    application: null,
    title: failed > 0 ? 'Deliveries were given up' : 'Deliveries are not accepted',
    cause: lastError?.message ?? 'The receiver did not accept the last message.',
    action: { label: 'Review deliveries', href: links.webhook(id), needs: null },
  }));
}
