import { assertVersion, lockApplication } from '@/lib/applications/lock-application';
import { AppError } from '@/lib/core/errors';
import { inWords, toRow, valuesOf } from '@/lib/core/setting';
import { db, type Tx } from '@/lib/db/client';
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
import { takenAttributes } from './taken-attributes';

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
 * `mappings.<index>.source`, `invalid_input` at `mappings` where an attribute is missing without which nobody can be created
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
    assertUsable(given.mappings);
    const { importTakes = before.schedule.importTakes, ...schedule } = given.schedule ?? before.schedule;
    const wanted = { ...given, schedule: { ...schedule, importTakes } };
    const stored = { ...wanted, schedule: toRow(scheduleSettings, wanted.schedule).settings };
    draft.changes = changesBetween(told(before), told(wanted));
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
function told({ matching, mappings, schedule }: ImportSettings): Record<string, unknown> {
  const sources = mappings.map((one) => [
    `take ${takenAttributes[one.attribute]}`,
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

function assertUsable(mappings: readonly ReverseMapping[]): void {
  const seen = new Set<string>();
  for (const [index, { attribute, kind, source }] of mappings.entries()) {
    const at = `mappings.${index}`;
    if (seen.has(attribute)) {
      throw new AppError('invalid_input', `${takenAttributes[attribute]} is taken twice.`, {
        field: `${at}.attribute`,
      });
    }
    seen.add(attribute);
    try {
      if (kind === 'direct') parseScimPath(source);
      if (kind === 'expression') parseExpression(source);
    } catch (error) {
      if (error instanceof ExpressionError) {
        throw new AppError('expression_error', `${takenAttributes[attribute]}: ${error.message}`, {
          field: `${at}.source`,
        });
      }
      if (!(error instanceof ScimPathError)) throw error;
      throw new AppError('invalid_input', error.message, { field: `${at}.source` });
    }
  }
  const missing = neededAttributes.find((one) => !seen.has(one));
  if (!missing) return;
  throw new AppError('invalid_input', `${takenAttributes[missing]} has to be taken: nobody is created without.`, {
    field: 'mappings',
  });
}
