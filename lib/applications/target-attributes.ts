import { AppError } from '@/lib/core/errors';
import { db, type Tx, transaction } from '@/lib/db/client';
import type { Application, TargetAttribute as Row } from '@/lib/db/generated/client';
import type { ListedAttribute, ObjectType, TargetAttribute } from '@/lib/mappings/schema';
import { targetKey } from '@/lib/mappings/target';
import type { Template } from './catalogue/template-schema';
import { getTemplate } from './catalogue/templates';

/** The attributes that an application is known to have. */
export type TargetAttributes = Readonly<Record<ObjectType, ListedAttribute[]>>;

/**
 * The attribute lists of an application: those of its template first, then what its server told, then what administrators added.
 * Rows of the template are written by the first who asks, where the application is older than them or than the template's version.
 * @param tx where the application is locked already
 */
export async function listTargetAttributes(
  application: Pick<Application, 'id' | 'templateId' | 'attributesVersion'>,
  tx?: Tx,
): Promise<TargetAttributes> {
  const template = getTemplate(application.templateId);
  if (!template.scim) return { user: [], group: [] };
  if (application.attributesVersion !== template.version) {
    const fill = (within: Tx) => fillTargetAttributes(within, application.id, template);
    await (tx ? fill(tx) : transaction(fill));
  }
  const rows = await (tx ?? db).targetAttribute.findMany({
    where: { applicationId: application.id },
    orderBy: [{ origin: 'asc' }, { position: 'asc' }],
  });
  const listed = (objectType: ObjectType) => rows.filter((row) => row.objectType === objectType).map(toListed);
  return { user: listed('user'), group: listed('group') };
}

/** The attribute lists of an application, as they are shown and edited. */
export interface AttributeLists {
  applicationId: string;
  displayLabel: string;
  /** The application's version, for saving. */
  version: number;
  lists: { objectType: ObjectType; attributes: ListedAttribute[] }[];
}

/** The lists of an application; undefined where it has no provisioning. @throws AppError `not_found` */
export async function findAttributeLists(applicationId: string): Promise<AttributeLists | undefined> {
  const row = await db.application.findUnique({ where: { id: applicationId } });
  if (!row) throw new AppError('not_found', 'This application does not exist any more.');
  const { scim } = getTemplate(row.templateId);
  if (!scim) return undefined;
  const attributes = await listTargetAttributes(row);
  const types: ObjectType[] = scim.groups.supported ? ['user', 'group'] : ['user'];
  const lists = types.map((objectType) => ({ objectType, attributes: attributes[objectType] }));
  return { applicationId, displayLabel: row.displayLabel, version: row.version, lists };
}

/** As {@link findAttributeLists}. @throws AppError `not_found` where it has no provisioning, too */
export async function getAttributeLists(applicationId: string): Promise<AttributeLists> {
  const lists = await findAttributeLists(applicationId);
  if (lists) return lists;
  throw new AppError('not_found', 'This application has no Identity Management, so it has no list of attributes.');
}

/**
 * Writes the attributes of a template as rows, instead of those of an earlier version. What an administrator added stays as it
 * is; what a server told gives way. Done again it does nothing.
 */
export async function fillTargetAttributes(
  tx: Tx,
  applicationId: string,
  { scim, version }: Pick<Template, 'scim' | 'version'>,
): Promise<void> {
  if (!scim) return;
  // The first statement locks the application, so that whoever asks at the same moment waits and finds it done.
  const claimed = await tx.$executeRaw`
    UPDATE applications SET attributes_version = ${version}
    WHERE id = ${applicationId}::uuid AND attributes_version <> ${version}`;
  if (claimed === 0) return;
  const rows = [...toRows('user', scim.userAttributes), ...toRows('group', scim.groupAttributes)];
  const replaced = rows.map(({ objectType, key }) => ({ origin: 'server' as const, objectType, key }));
  await tx.targetAttribute.deleteMany({ where: { applicationId, OR: [{ origin: 'template' }, ...replaced] } });
  await tx.targetAttribute.createMany({
    data: rows.map((row) => ({ ...row, applicationId, origin: 'template' as const })),
    skipDuplicates: true,
  });
}

/** Attributes as rows, but for what they belong to. */
export function toRows(objectType: ObjectType, attributes: readonly TargetAttribute[]) {
  return attributes.map(({ canonicalValues = [], ...attribute }, position) => ({
    ...attribute,
    canonicalValues,
    objectType,
    key: targetKey(attribute.path),
    position,
  }));
}

function toListed(row: Row): ListedAttribute {
  const { path, type, multiValued, required, canonicalValues, caseSensitive, mutability, origin } = row;
  return {
    path,
    type,
    multiValued,
    required,
    caseSensitive,
    ...(canonicalValues.length > 0 ? { canonicalValues } : {}),
    mutability,
    origin,
  };
}
