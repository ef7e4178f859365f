import { revisionRows } from '@/lib/applications/mapping-history';
import { templateMappings } from '@/lib/applications/mapping-queries';
import type { MappingDraft } from '@/lib/applications/schema';
import { AppError } from '@/lib/core/errors';
import { sameJson } from '@/lib/core/same-json';
import { Turns } from '@/lib/core/turns';
import { db } from '@/lib/db/client';
import { activeRows } from '@/lib/mappings/active-rows';
import type { PlanContext } from '../plan/plan-context';
import { contextAsIf } from '../plan/preview-mapping';
import { planPeople } from '../plan/preview-person';
import { type DeprovisionPreview, namesShown, whatBecomes } from './deprovision-preview';
import { managesAccount } from './sql';

/** A table of users that is about to be saved: rows as they are typed, one of its history, or the template's. */
export type UserTable = { mappings: readonly MappingDraft[] } | { revision: number } | { template: true };

const batch = 500;
const limits = { people: 100_000, milliseconds: 5_000 };
/** Planning is work of this process's own: beside each other, they would take that from everybody else. */
const turns = new Turns(1);

/**
 * Whose accounts a table of users would deactivate that does not now, while they keep access. Everybody who is active and has an
 * account is planned as a cycle would plan them, some hundreds at a time; nobody, where the rows of `active` are as they are saved.
 * What a cycle leaves out (a switch, a value that is missing) is left out. Beyond 100,000 people or 5 s the numbers are of the first.
 * @throws AppError `not_found`, also where the history has no such revision; `conflict` where the application has no provisioning
 */
export async function previewMappingDeprovision(
  { applicationId, table }: { applicationId: string; table: UserTable },
  { people, milliseconds } = limits,
): Promise<DeprovisionPreview> {
  const mappings = await rowsOf(applicationId, table);
  const { now, asIf } = await contextAsIf({ applicationId, mappings, objectType: 'user' });
  if (sameJson(activeRows(now.userMappings), activeRows(asIf.userMappings))) return nothing;
  const { names, isExact } = await turns.run(async () => {
    const found: string[] = [];
    const end = performance.now() + milliseconds;
    let [asked, after] = [0, noUser];
    for (;;) {
      const userIds = await nextPeople(applicationId, after);
      const last = userIds.at(-1);
      if (last === undefined) return { names: found, isExact: true };
      if (asked >= people || performance.now() > end) return { names: found, isExact: false };
      found.push(...(await newlyInactive(now, asIf, userIds)));
      asked += userIds.length;
      after = last;
    }
  });
  if (names.length === 0 && isExact) return nothing;
  const impact = {
    ...{ applicationId, displayLabel: now.application.displayLabel, isExact, people: 0, accounts: names.length },
    names: names.sort((one, other) => one.localeCompare(other, 'en')).slice(0, namesShown),
    ...(await whatBecomes(applicationId, { accounts: names.length, isExact }, 'mapped')),
  };
  return { applications: [impact], accounts: names.length };
}

const nothing: DeprovisionPreview = { applications: [], accounts: 0 };
const noUser = '00000000-0000-0000-0000-000000000000';

async function rowsOf(applicationId: string, table: UserTable): Promise<readonly MappingDraft[]> {
  if ('mappings' in table) return table.mappings;
  if ('revision' in table) return revisionRows(db, { applicationId, objectType: 'user' }, table.revision);
  const application = await db.application.findUnique({ where: { id: applicationId }, select: { templateId: true } });
  if (!application) throw new AppError('not_found', 'This application does not exist any more.');
  return templateMappings(application.templateId, 'user');
}

/** Names of those who are planned to be inactive by one and not by the other. */
async function newlyInactive(now: PlanContext, asIf: PlanContext, userIds: readonly string[]): Promise<string[]> {
  const inactive = await mappedInactive(asIf, userIds);
  const before = inactive.size > 0 ? await mappedInactive(now, [...inactive.keys()]) : inactive;
  return [...inactive].flatMap(([id, name]) => (before.has(id) ? [] : [name]));
}

/** Person → name. */
async function mappedInactive(context: PlanContext, userIds: readonly string[]): Promise<Map<string, string>> {
  const planned = await planPeople(context, userIds);
  return new Map(
    planned.flatMap(({ plan, person: { desired, user } }) =>
      plan.action === 'deactivate' && desired.kind === 'present' ? [[user.id, user.displayName]] : [],
    ),
  );
}

/** The next of those who have an account to lose, by id. */
async function nextPeople(applicationId: string, after: string): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT l.user_id AS id FROM user_links l JOIN users u ON u.id = l.user_id AND u.status = 'active' AND u.deleted_at IS NULL
    JOIN integrations i ON i.application_id = l.application_id AND i.status <> 'inactive'
    WHERE l.application_id = ${applicationId}::uuid AND ${managesAccount} AND l.user_id > ${after}::uuid
    ORDER BY l.user_id LIMIT ${batch}`;
  return rows.map(({ id }) => id);
}
