import type { z } from 'zod';
import { isGranted, passesFilter, storedClauses } from '@/lib/applications/scope';
import { type Settings, settingsOf } from '@/lib/core/setting';
import { linkStatesThat } from '@/lib/core/states';
import { countLimit } from '@/lib/db/bounded-count';
import { boundedRead } from '@/lib/db/bounded-read';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { inStates } from '@/lib/db/states';
import { previewGroupRule, type RulePreview } from '@/lib/directory/preview-group-rule';
import type { previewGroupRuleSchema } from '@/lib/directory/schema';
import { isMemberNow, letsThrough } from '@/lib/filters/sql';
import { actionSettings } from '../settings';
import {
  applicationsAbove,
  type DeprovisionImpact,
  namesShown,
  previewMembersRemoval,
  whatBecomes,
} from './deprovision-preview';
import { managesAccount } from './sql';

/** Applications of one group that a preview asks, by label. */
export const mostForetold = 20;

/** What a rule would do in one application, to those who come in and those who fall out. */
export interface RuleImpact {
  applicationId: string;
  displayLabel: string;
  /** False: more than 1,000 people come in, or fall out; the numbers are those of the first 1,000. */
  isExact: boolean;
  /** People who have no access now, and would. */
  gains: number;
  /** Accounts that would be created; 0 while Identity Management is not active, or where users are not created. */
  created: number;
  /** Accounts that are there, and would be reactivated or managed; 0 as well where users are not updated. */
  resumed: number;
  /** The first of those for whom an account would be created or resumed, by name. */
  gainNames: string[];
  /** People who would have no access any more. */
  loses: number;
  /** Accounts that would be taken away: see `becomes`. */
  taken: number;
  lossNames: string[];
  becomes: DeprovisionImpact['becomes'];
  heldBy: DeprovisionImpact['heldBy'];
}

export interface ForetoldRule extends RulePreview {
  /** Where something would change, by label; empty of a group that is not there yet. */
  applications: RuleImpact[];
  /** True: the group has more than 20 applications, of which the others were not asked. */
  moreApplications: boolean;
}

/**
 * Whom a rule would make members, and what follows from it in the applications of the group. Saves nothing. Statements: some for each
 * application, of 20 at most, however many people change.
 * @throws AppError as {@link previewGroupRule}
 */
export async function foretellGroupRule(input: z.output<typeof previewGroupRuleSchema>): Promise<ForetoldRule> {
  const { addedIds, removedIds, ...preview } = await previewGroupRule(input);
  const nothing = { ...preview, applications: [], moreApplications: false };
  const { groupId } = input;
  if (!groupId || addedIds.length + removedIds.length === 0) return nothing;
  const applications = await db.application.findMany({
    where: { id: { in: await applicationsAbove(groupId) } },
    select: { id: true, displayLabel: true },
    orderBy: [{ displayLabel: 'asc' }, { id: 'asc' }],
    take: mostForetold + 1,
  });
  const asked = applications.slice(0, mostForetold);
  const ids = asked.map(({ id }) => id);
  const [gaining, losing] = await Promise.all([
    whoGains(groupId, addedIds, ids),
    whoLoses(groupId, removedIds, ids, preview.removed <= countLimit),
  ]);
  const impacts = asked.flatMap(({ id, displayLabel }) => {
    const [gain = noGain, loss = noLoss] = [gaining.get(id), losing.get(id)];
    const changes = gain.gains + gain.created + gain.resumed + loss.loses + loss.taken;
    const isExact = preview.added <= countLimit && loss.isExact;
    return changes > 0 ? [{ applicationId: id, displayLabel, ...gain, ...loss, isExact }] : [];
  });
  return { ...preview, applications: impacts, moreApplications: applications.length > asked.length };
}

type Gain = Pick<RuleImpact, 'gains' | 'created' | 'resumed' | 'gainNames'>;
type Loss = Pick<RuleImpact, 'isExact' | 'loses' | 'taken' | 'lossNames' | 'becomes' | 'heldBy'>;
const noGain: Gain = { gains: 0, created: 0, resumed: 0, gainNames: [] };
const noLoss: Loss = { isExact: true, loses: 0, taken: 0, lossNames: [], becomes: 'kept', heldBy: null };

/** Of those who come in: with the group, and what it is nested in, as if they were members already. By application. */
async function whoGains(
  groupId: string,
  userIds: readonly string[],
  applicationIds: readonly string[],
): Promise<Map<string, Gain>> {
  if (userIds.length === 0) return new Map();
  const isMember = Prisma.sql`(c.member_of_id IN (SELECT id FROM above) OR ${isMemberNow})`;
  const id = Prisma.sql`a.id`;
  const rows = await boundedRead(
    (tx) => tx.$queryRaw<(Gain & { id: string; settings: Settings | null; resumedNames: string[] })[]>`
      WITH above AS MATERIALIZED (SELECT id FROM groups_above(ARRAY[${groupId}::uuid])),
      asked AS MATERIALIZED (
        SELECT a.id AS application_id, i.settings, u.display_name, u.id, NOT s.was AS gains,
          i.application_id IS NOT NULL AND s.would_pass AND NOT (s.was AND s.passes) AND NOT coalesce(${managesAccount}, false) AS account,
          l.remote_id IS NOT NULL AND l.state NOT IN ${inStates(linkStatesThat.areOver)} AS there
        FROM applications a
        LEFT JOIN integrations i ON i.application_id = a.id AND i.status <> 'inactive'
        CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM application_groups g WHERE g.application_id = a.id
          AND g.group_id IN (SELECT id FROM above)) AS lets_in OFFSET 0) by_group
        JOIN users u ON u.id = ANY(${[...userIds]}::uuid[]) AND u.status = 'active' AND u.deleted_at IS NULL
        CROSS JOIN LATERAL (SELECT ${isGranted(id)} AS was, ${passesFilter('user', id)} AS passes,
          ${letsThrough('user', storedClauses('user', id), isMember)} AS would_pass OFFSET 0) s
        LEFT JOIN user_links l ON l.application_id = a.id AND l.user_id = u.id
        WHERE a.id = ANY(${[...applicationIds]}::uuid[]) AND (s.was OR by_group.lets_in)),
      named AS (SELECT *, row_number() OVER (PARTITION BY application_id, there ORDER BY lower(display_name), id) AS place
        FROM asked WHERE account)
      SELECT application_id AS id, settings, count(*) FILTER (WHERE gains)::int AS gains,
        count(*) FILTER (WHERE account AND there IS NOT TRUE)::int AS created, count(*) FILTER (WHERE account AND there)::int AS resumed,
        ARRAY(SELECT display_name FROM named n WHERE n.application_id = asked.application_id AND there IS NOT TRUE
          AND place <= ${namesShown} ORDER BY place) AS "gainNames",
        ARRAY(SELECT display_name FROM named n WHERE n.application_id = asked.application_id AND there
          AND place <= ${namesShown} ORDER BY place) AS "resumedNames"
      FROM asked GROUP BY application_id, settings`,
  );
  return new Map(
    rows.map(({ id, settings, resumedNames, ...gain }) => {
      const { createUsers, updateUsers } = settingsOf(actionSettings, { settings: settings ?? {} });
      const gainNames = [...(createUsers ? gain.gainNames : []), ...(updateUsers ? resumedNames : [])];
      return [
        id,
        {
          gains: gain.gains,
          created: createUsers ? gain.created : 0,
          resumed: updateUsers ? gain.resumed : 0,
          gainNames: gainNames.slice(0, namesShown),
        },
      ];
    }),
  );
}

/** Of those who fall out, by application. @param isExact all of them are asked */
async function whoLoses(
  groupId: string,
  userIds: readonly string[],
  applicationIds: readonly string[],
  isExact: boolean,
): Promise<Map<string, Loss>> {
  if (userIds.length === 0) return new Map();
  const { applications } = await previewMembersRemoval(groupId, userIds, applicationIds);
  const losses = applications.map(async (one): Promise<[string, Loss]> => {
    const { applicationId, accounts, people } = one;
    // What it says of the guard holds for those that it was told of.
    const settled = isExact ? one : await whatBecomes(applicationId, { accounts, isExact });
    const { becomes, heldBy } = settled;
    return [applicationId, { isExact, loses: people, taken: accounts, lossNames: one.names, becomes, heldBy }];
  });
  return new Map(await Promise.all(losses));
}
