import { AppError } from '@/lib/core/errors';
import { boundedBy, countLimit } from '@/lib/db/bounded-count';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { memberCount } from './membership';
import { readGroupRule } from './update-group-rule';

interface GroupRow {
  id: string;
  name: string;
  description: string;
  version: number;
  dynamic: boolean;
  createdAt: Date;
  importedFromId: string | null;
  importedFrom: { id: string; displayLabel: string } | null;
  /** When an import found that the application has it no longer. */
  goneAt: Date | null;
  /** Whether the application tells who is in it. */
  membersTold: boolean;
  /** Members over there who are not in the directory; `countLimit` and one more where there are more. */
  foreignMembers: number;
  /** The directory that is the master of it. */
  source: { id: string; name: string } | null;
  /** Associated ones. */
  applications: number;
  directMembers: number;
  effectiveMembers: number;
  children: { id: string; name: string; description: string; members: number }[];
  parents: { id: string; name: string }[];
}

/** A group with what is nested in it and what it is nested in. @throws AppError `not_found` */
export async function getGroup(id: string) {
  const related = (columns: Prisma.Sql, side: Prisma.Sql) => Prisma.sql`(
    SELECT coalesce(json_agg(json_build_object('id', g.id, 'name', g.name ${columns})), '[]')
    FROM group_nestings n JOIN groups g ON ${side} AND g.deleted_at IS NULL)`;
  const [group] = await db.$queryRaw<GroupRow[]>`
    SELECT o.id, o.name, o.description, o.version, o.dynamic, o.created_at AS "createdAt", o.imported_from_id AS "importedFromId",
      o.gone_at AS "goneAt", o.members_told AS "membersTold",
      (SELECT count(*)::int FROM (SELECT 1 FROM application_group_members m WHERE m.group_id = o.id AND m.user_id IS NULL
        LIMIT ${countLimit + 1}) counted) AS "foreignMembers",
      (SELECT json_build_object('id', a.id, 'displayLabel', a.display_label) FROM applications a WHERE a.id = o.imported_from_id) AS "importedFrom",
      (SELECT json_build_object('id', s.id, 'name', s.name) FROM sources s WHERE s.id = o.source_id AND s.deleted_at IS NULL) AS source,
      (SELECT count(*)::int FROM application_groups a WHERE a.group_id = o.id) AS applications,
      coalesce(c.direct, 0) AS "directMembers", coalesce(c.effective, 0) AS "effectiveMembers",
      ${related(Prisma.sql`, 'description', g.description, 'members', ${memberCount}`, Prisma.sql`n.parent_id = o.id AND g.id = n.child_id`)} AS children,
      ${related(Prisma.empty, Prisma.sql`n.child_id = o.id AND g.id = n.parent_id`)} AS parents
    FROM groups o LEFT JOIN group_counts c ON c.group_id = o.id WHERE o.id = ${id}::uuid AND o.deleted_at IS NULL`;
  if (!group) throw new AppError('not_found', 'This user group does not exist any more.');
  const rule = group.dynamic ? await readGroupRule(db, id) : null;
  const { importedFromId, importedFrom, foreignMembers, children, parents, ...rest } = group;
  const counted = boundedBy(foreignMembers);
  const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
  return {
    ...rest,
    rule,
    importedFrom: importedFromId ? (importedFrom ?? { id: importedFromId, displayLabel: 'an application' }) : null,
    foreignMembers: counted.total,
    foreignMembersIsExact: counted.totalIsExact,
    /** Nothing changes it any more over there: it may be deleted. */
    orphan: importedFromId !== null && (rest.goneAt !== null || importedFrom === null),
    readOnly: importedFromId !== null || group.source !== null,
    children: children.sort(byName),
    parents: parents.sort(byName),
  };
}
export type GroupDetail = Awaited<ReturnType<typeof getGroup>>;
