import { assertVersion, lockApplication } from '@/lib/applications/lock-application';
import { AppError } from '@/lib/core/errors';
import { inWords, toRow, valuesOf } from '@/lib/core/setting';
import { db, type Tx } from '@/lib/db/client';
import { holdAttributes, type NamedAttribute } from '@/lib/directory/attribute-definitions';
import { asTyped } from '@/lib/directory/typed-value';
import { defineCommand } from '@/lib/events/command';
import { changesBetween } from '@/lib/events/schema';
import { ExpressionError } from '@/lib/mappings/expression-error';
import { parseExpression } from '@/lib/mappings/parser';
import { parseScimPath, ScimPathError } from '@/lib/scim/path';
import { type Schedule, scheduleSettings } from './schedule-settings';
import {
  defaultMatching,
  defaultReverseMappings,
  type ImportSettings,
  neededAttributes,
  type ReverseMapping,
  toldImportSettingsSchema,
  updateImportSettingsSchema,
} from './settings-schema';
import { customKey, takenLabel } from './taken-attributes';

/** How accounts of an application are matched, what people take of them, and when that goes by itself; the defaults where nobody has said otherwise. */
export async function readImportSettings(applicationId: string, tx: Tx = db): Promise<ImportSettings> {
  const stored = await tx.importSettings.findUnique({ where: { applicationId } });
  const schedule = valuesOf(scheduleSettings, { administrator: stored?.schedule });
  if (!stored) return { matching: defaultMatching, mappings: [...defaultReverseMappings], schedule };
  return toldImportSettingsSchema.parse({ ...stored, schedule });
}

/** The same with the version of the application, which a change of it has to name. @throws AppError `not_found` */
export async function getImportSettings(applicationId: string) {
  const application = await db.application.findUnique({ where: { id: applicationId }, select: { version: true } });
  if (!application) throw new AppError('not_found', 'This application does not exist any more.');
  return { version: application.version, ...(await readImportSettings(applicationId)) };
}

/**
 * Says how the accounts of an application are matched from the next import on, what people take of them, and how often an import
 * starts by itself.
 * @returns the application, and its settings as they are now
 * @throws AppError `not_found`, `stale_version` with the settings as they are now; `invalid_input` or `expression_error` at
 * `mappings.<index>.source`, `invalid_input` at `mappings.<index>.attribute` where a custom attribute is not defined, and at `mappings` where an attribute is missing without which nobody can be created
 */
export const updateImportSettings = defineCommand(
  {
    id: 'updateImportSettings',
    permission: 'applications.write',
    input: updateImportSettingsSchema,
    event: 'import_settings_update',
  },
  async (tx, draft, { applicationId, version, ...given }) => {
    const application = await lockApplication(tx, applicationId);
    draft.application = { id: applicationId, displayLabel: application.displayLabel };
    draft.target = { type: 'application', id: applicationId, name: application.displayLabel };
    const before = await readImportSettings(applicationId, tx);
    assertVersion(application, version, { ...before });
    const custom = await holdAttributes(tx, customKeys([...before.mappings, ...given.mappings]));
    assertUsable(given.mappings, custom);
    const { importTakes = before.schedule.importTakes, ...schedule } = given.schedule ?? before.schedule;
    const wanted = { ...given, schedule: { ...schedule, importTakes } };
    const stored = { ...wanted, schedule: toRow(scheduleSettings, wanted.schedule).settings };
    draft.changes = changesBetween(told(before, custom), told(wanted, custom));
    await tx.importSettings.upsert({
      where: { applicationId },
      create: { applicationId, ...stored },
      update: stored,
    });
    const saved = await tx.application.update({ where: { id: applicationId }, data: { version: { increment: 1 } } });
    return { id: applicationId, version: saved.version, ...wanted };
  },
);

/** As an event tells it: a rule or a mapping is one value. */
function told(
  { matching, mappings, schedule }: ImportSettings,
  custom: readonly NamedAttribute[],
): Record<string, unknown> {
  const sources = mappings.map((one) => [
    `take ${takenLabel(one.attribute, custom)}`,
    `${one.kind} ${one.source}${one.onUpdate ? '' : ' (only when created)'}`,
  ]);
  const rules = matching.rules.map(({ by, caseSensitive }) => by.join(' + ') + (caseSensitive ? ' (case)' : ''));
  const { stopAtFirst, partialOnNames, autoConfirm } = matching;
  return { rules, stopAtFirst, partialOnNames, autoConfirm, ...toldSchedule(schedule), ...Object.fromEntries(sources) };
}

const toldSchedule = (schedule: Schedule): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(scheduleSettings).map(([name, setting]) => {
      const value = schedule[name as keyof Schedule];
      return [name, inWords(setting, value) ?? value];
    }),
  );

const customKeys = (mappings: readonly ReverseMapping[]) => mappings.flatMap((one) => customKey(one.attribute) ?? []);

function assertUsable(mappings: readonly ReverseMapping[], custom: readonly NamedAttribute[]): void {
  const seen = new Set<string>();
  for (const [index, mapping] of mappings.entries()) {
    const { attribute, kind, source } = mapping;
    const at = `mappings.${index}`;
    const label = takenLabel(attribute, custom);
    if (seen.has(attribute)) {
      throw new AppError('invalid_input', `${label} is taken twice.`, { field: `${at}.attribute` });
    }
    seen.add(attribute);
    assertOfType(mapping, custom, at);
    try {
      if (kind === 'direct') parseScimPath(source);
      if (kind === 'expression') parseExpression(source);
    } catch (error) {
      if (error instanceof ExpressionError) {
        throw new AppError('expression_error', `${label}: ${error.message}`, { field: `${at}.source` });
      }
      if (!(error instanceof ScimPathError)) throw error;
      throw new AppError('invalid_input', error.message, { field: `${at}.source` });
    }
  }
  const missing = neededAttributes.find((one) => !seen.has(one));
  if (!missing) return;
  throw new AppError('invalid_input', `${takenLabel(missing, [])} has to be taken: nobody is created without.`, {
    field: 'mappings',
  });
}

/** A custom attribute is defined, and what is written for everybody is of its type; what an account has is seen when it is taken. */
function assertOfType(
  { attribute, kind, source }: ReverseMapping,
  custom: readonly NamedAttribute[],
  at: string,
): void {
  const key = customKey(attribute);
  if (key === undefined) return;
  const defined = custom.find(({ name }) => name === key);
  if (!defined) {
    const hint = 'Define it under Settings › Attributes, or leave it out.';
    throw new AppError('invalid_input', `${key} is no attribute that people can have.`, {
      field: `${at}.attribute`,
      hint,
    });
  }
  if (kind !== 'constant' || asTyped(source, defined.type) !== undefined) return;
  const type = defined.type === 'boolean' ? 'yes or no' : `a ${defined.type}`;
  throw new AppError('invalid_input', `${defined.label || key} is ${type}.`, { field: `${at}.source` });
}
