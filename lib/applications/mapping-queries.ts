import { AppError } from '@/lib/core/errors';
import { db } from '@/lib/db/client';
import { listNamedAttributes } from '@/lib/directory/attribute-definitions';
import type { ListedAttribute, ObjectType } from '@/lib/mappings/schema';
import { getTemplate } from './catalogue/templates';
import type { MappingDraft } from './schema';
import { listTargetAttributes } from './target-attributes';

/** The template's own mapping table, as drafts. @throws AppError `conflict` where it has no provisioning */
export function templateMappings(templateId: string, objectType: ObjectType): MappingDraft[] {
  const scim = assertProvisions(templateId);
  const rows = objectType === 'user' ? scim.userMappings : scim.groupMappings;
  return rows.map((row, index) => ({ ...row, id: `template-${index}` }));
}

/** What the template says of provisioning. @throws AppError `conflict` where it has none */
export function assertProvisions(templateId: string) {
  const { scim } = getTemplate(templateId);
  if (!scim) throw new AppError('conflict', 'This application has no Identity Management, so nothing is mapped.');
  return scim;
}

/** One mapping table with what its editor needs to know. */
export interface MappingTable {
  objectType: ObjectType;
  mappings: MappingDraft[];
  attributes: ListedAttribute[];
}

export interface Mappings {
  applicationId: string;
  displayLabel: string;
  templateName: string;
  /** The application's version, for saving. */
  version: number;
  tables: MappingTable[];
  /** By target path, what the application's own screens call it. */
  valueNames: Record<string, string>;
  customAttributes: string[];
  /** The same with what people call them; empty: their name. */
  attributeLabels: Record<string, string>;
}

/** As {@link findMappings}. @throws AppError `not_found` where it has no provisioning, too */
export async function getMappings(applicationId: string): Promise<Mappings> {
  const mappings = await findMappings(applicationId);
  if (!mappings) {
    throw new AppError('not_found', 'This application has no Identity Management, so nothing is mapped.');
  }
  return mappings;
}

/** The mapping tables of an application; undefined where it has no provisioning. @throws AppError `not_found` */
export async function findMappings(applicationId: string): Promise<Mappings | undefined> {
  const row = await db.application.findUnique({
    where: { id: applicationId },
    include: { mappings: { orderBy: { position: 'asc' } } },
  });
  if (!row) throw new AppError('not_found', 'This application does not exist any more.');
  const { scim, name } = getTemplate(row.templateId);
  if (!scim) return undefined;
  const attributes = await listTargetAttributes(row);
  const table = (objectType: ObjectType): MappingTable => ({
    objectType,
    attributes: attributes[objectType],
    mappings: row.mappings
      .filter((mapping) => mapping.objectType === objectType)
      .map(({ applicationId: _a, objectType: _o, position: _p, ...mapping }) => mapping),
  });
  const custom = await listNamedAttributes();
  return {
    applicationId,
    displayLabel: row.displayLabel,
    templateName: name,
    version: row.version,
    tables: [table('user'), ...(scim.groups.supported ? [table('group')] : [])],
    valueNames: scim.valueNames,
    customAttributes: custom.map((one) => one.name),
    attributeLabels: Object.fromEntries(custom.map((one) => [one.name, one.label])),
  };
}
