import { AppError } from '@/lib/core/errors';
import { boundedBy, countLimit } from '@/lib/db/bounded-count';
import { db } from '@/lib/db/client';
import { listNestedGroups, listParentGroups } from './nested-groups';
import { readGroupRule } from './update-group-rule';

/** Of the groups around one, so many are told with it; all of them are lists of their own. */
export const relatedShown = 100;

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
  /** Nested in it, itself; `countLimit` and one more where there are more. */
  nestedGroups: number;
}

/** A group as every part of its page shows it. @throws AppError `not_found` */
export async function getGroup(id: string) {
  const [group] = await db.$queryRaw<GroupRow[]>`
    SELECT o.id, o.name, o.description, o.version, o.dynamic, o.created_at AS "createdAt", o.imported_from_id AS "importedFromId",
      o.gone_at AS "goneAt", o.members_told AS "membersTold",
      (SELECT count(*)::int FROM (SELECT 1 FROM application_group_members m WHERE m.group_id = o.id AND m.user_id IS NULL
        LIMIT ${countLimit + 1}) counted) AS "foreignMembers",
      (SELECT json_build_object('id', a.id, 'displayLabel', a.display_label) FROM applications a WHERE a.id = o.imported_from_id) AS "importedFrom",
      (SELECT json_build_object('id', s.id, 'name', s.name) FROM sources s WHERE s.id = o.source_id AND s.deleted_at IS NULL) AS source,
      (SELECT count(*)::int FROM application_groups a WHERE a.group_id = o.id) AS applications,
      coalesce(c.direct, 0) AS "directMembers", coalesce(c.effective, 0) AS "effectiveMembers",
      (SELECT count(*)::int FROM (SELECT 1 FROM group_nestings n WHERE n.parent_id = o.id LIMIT ${countLimit + 1}) counted) AS "nestedGroups"
    FROM groups o LEFT JOIN group_counts c ON c.group_id = o.id WHERE o.id = ${id}::uuid AND o.deleted_at IS NULL`;
  if (!group) throw new AppError('not_found', 'This user group does not exist any more.');
  const rule = group.dynamic ? await readGroupRule(db, id) : null;
  const { importedFromId, importedFrom, foreignMembers, nestedGroups, ...rest } = group;
  const counted = boundedBy(foreignMembers);
  const nested = boundedBy(nestedGroups);
  return {
    ...rest,
    rule,
    importedFrom: importedFromId ? (importedFrom ?? { id: importedFromId, displayLabel: 'an application' }) : null,
    foreignMembers: counted.total,
    foreignMembersIsExact: counted.totalIsExact,
    /** Nothing changes it any more over there: it may be deleted. */
    orphan: importedFromId !== null && (rest.goneAt !== null || importedFrom === null),
    readOnly: importedFromId !== null || group.source !== null,
    nestedGroups: nested.total,
    nestedGroupsIsExact: nested.totalIsExact,
  };
}
export type GroupDetail = Awaited<ReturnType<typeof getGroup>>;

/** The same with the first groups that are nested in it and that it is nested in, by name. @throws AppError `not_found` */
export async function getGroupWithNesting(id: string) {
  const [group, children, parents] = await Promise.all([
    getGroup(id),
    listNestedGroups(id, { limit: relatedShown }),
    listParentGroups(id, { limit: relatedShown }),
  ]);
  return {
    ...group,
    children: children.items,
    parents: parents.items.map(({ id: parentId, name }) => ({ id: parentId, name })),
  };
}
