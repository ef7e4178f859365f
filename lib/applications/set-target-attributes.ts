import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import type { Application } from '@/lib/db/generated/client';
import { listCustomAttributes } from '@/lib/directory/attribute-definitions';
import { defineCommand } from '@/lib/events/command';
import { changesBetween } from '@/lib/events/schema';
import { checkMapping } from '@/lib/mappings/check-mapping';
import { coerceValue } from '@/lib/mappings/coerce';
import type { ListedAttribute, ObjectType, TargetAttribute } from '@/lib/mappings/schema';
import { canonicalTarget, targetKey } from '@/lib/mappings/target';
import { enqueue } from '@/lib/queue/enqueue';
import { parseScimPath, ScimPathError } from '@/lib/scim/path';
import { assertVersion, lockApplication } from './lock-application';
import { assertProvisions } from './mapping-queries';
import { type OwnAttribute, setTargetAttributesSchema } from './schema';
import { listTargetAttributes, toRows } from './target-attributes';

/**
 * Replaces the attributes that administrators added to the list of users or groups; everyone in the application is then looked
 * at again. Those of the template cannot be changed; one that the server told can be told anew.
 * @returns the application with its version, and its lists as they are now
 * @throws AppError `invalid_input` at `attributes.<index>.<field>`; `conflict` where a mapping uses what is removed, or would
 * not fit any more, and where nothing is mapped; `stale_version` with the administrators' attributes as they are now
 */
export const setTargetAttributes = defineCommand(
  {
    id: 'setTargetAttributes',
    permission: 'applications.write',
    input: setTargetAttributesSchema,
    event: 'application_update',
  },
  async (tx, draft, { applicationId, version, objectType, attributes }) => {
    const application = await lockApplication(tx, applicationId);
    draft.application = { id: applicationId, displayLabel: application.displayLabel };
    draft.target = { type: 'application', id: applicationId, name: application.displayLabel };
    assertProvisions(application.templateId);
    const before = (await listTargetAttributes(application, tx))[objectType];
    const own = before.filter(isOwn);
    assertVersion(application, version, { attributes: own });
    const given = before.filter((attribute) => !isOwn(attribute));
    const wanted = attributes.map((attribute) => canonical(attribute, given));
    assertValid(wanted, given);
    await assertMapped(tx, { applicationId, objectType, before, after: [...given, ...wanted] });
    draft.changes = changesBetween(byPath(objectType, own), byPath(objectType, wanted));
    if (Object.keys(draft.changes).length === 0) return answer(application, tx);
    const rows = toRows(objectType, wanted);
    const keys = rows.map((row) => row.key);
    await tx.targetAttribute.deleteMany({
      where: { applicationId, objectType, OR: [{ origin: 'administrator' }, { key: { in: keys } }] },
    });
    await tx.targetAttribute.createMany({
      data: rows.map((row) => ({ ...row, applicationId, origin: 'administrator' as const })),
    });
    const saved = await tx.application.update({ where: { id: applicationId }, data: { version: { increment: 1 } } });
    await enqueue(tx, 'application-changed', { applicationId });
    return answer(saved, tx);
  },
);

async function answer(application: Application, tx: Tx) {
  const { id, version } = application;
  return { id, version, attributes: await listTargetAttributes(application, tx) };
}

const isOwn = (attribute: ListedAttribute) => attribute.origin === 'administrator';

function canonical(attribute: OwnAttribute, given: readonly ListedAttribute[]): TargetAttribute {
  const { canonicalValues = [], ...rest } = attribute;
  return {
    ...rest,
    path: canonicalTarget(attribute.path, given),
    ...(canonicalValues.length > 0 ? { canonicalValues } : {}),
  };
}

function assertValid(wanted: readonly TargetAttribute[], given: readonly ListedAttribute[]): void {
  const seen = new Map(
    given.filter(({ origin }) => origin === 'template').map(({ path }) => [targetKey(path), "one of the template's"]),
  );
  for (const [index, attribute] of wanted.entries()) {
    const at = `attributes.${index}`;
    const { path } = attribute;
    assertPath(path, `${at}.path`);
    const other = seen.get(targetKey(path));
    if (other) throw invalid(`${path} is in the list already: it is ${other}.`, `${at}.path`);
    seen.set(targetKey(path), `row ${index + 1} of those that you add`);
    assertValues(attribute, `${at}.canonicalValues`);
  }
}

function assertPath(path: string, field: string): void {
  try {
    parseScimPath(path);
  } catch (error) {
    if (error instanceof ScimPathError) throw invalid(`${path}: ${error.message}.`, field);
    throw error;
  }
}

function assertValues({ type, canonicalValues = [], ...attribute }: TargetAttribute, field: string): void {
  if (canonicalValues.length === 0) return;
  if (type === 'boolean' || type === 'complex') {
    throw invalid(`An attribute of type ${type} has no list of values.`, field);
  }
  const one = { ...attribute, type, multiValued: false };
  for (const value of canonicalValues) {
    const coerced = coerceValue(value, one, attribute.path);
    if (!coerced.ok) throw invalid(`${attribute.path}: ${coerced.message}`, field);
  }
}

interface Change {
  applicationId: string;
  objectType: ObjectType;
  before: readonly TargetAttribute[];
  after: readonly TargetAttribute[];
}

/** No mapping loses its attribute, or does not fit it any more. */
async function assertMapped(tx: Tx, { applicationId, objectType, before, after }: Change): Promise<void> {
  const mappings = await tx.attributeMapping.findMany({
    where: { applicationId, objectType },
    orderBy: { position: 'asc' },
  });
  const customAttributes = objectType === 'user' ? await listCustomAttributes(tx) : [];
  const stay = new Set(after.map(({ path }) => targetKey(path)));
  const removed = new Set(before.map(({ path }) => targetKey(path)).filter((key) => !stay.has(key)));
  const hint = 'Nothing was saved. Change or remove the mapping first.';
  for (const mapping of mappings) {
    const named = `The mapping of ${mapping.source} to ${mapping.target}`;
    if (removed.has(targetKey(mapping.target))) {
      throw new AppError('conflict', `${named} needs the attribute that you remove.`, { field: 'attributes', hint });
    }
    const errors = (attributes: readonly TargetAttribute[]) =>
      checkMapping(mapping, { attributes, customAttributes }).filter((problem) => problem.severity === 'error');
    const known = new Set(errors(before).map(({ message }) => message));
    const broken = errors(after).find(({ message }) => !known.has(message));
    if (broken) {
      throw new AppError('conflict', `${named} would not fit any more: ${broken.message}`, {
        field: 'attributes',
        hint,
      });
    }
  }
}

function invalid(message: string, field: string): AppError {
  return new AppError('invalid_input', message, { field, hint: 'Nothing was saved.' });
}

/** What the event tells: users and groups may have an attribute of one name. */
function byPath(objectType: ObjectType, attributes: readonly TargetAttribute[]) {
  return Object.fromEntries(
    attributes.map(({ path, type, multiValued, required, caseSensitive, canonicalValues = [], mutability }) => [
      `${objectType} attribute ${path}`,
      { type, multiValued, required, caseSensitive, canonicalValues, mutability },
    ]),
  );
}
