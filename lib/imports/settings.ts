import { assertVersion, lockApplication } from '@/lib/applications/lock-application';
import { AppError } from '@/lib/core/errors';
import { db, type Tx } from '@/lib/db/client';
import { defineCommand } from '@/lib/events/command';
import { changesBetween } from '@/lib/events/schema';
import { ExpressionError } from '@/lib/mappings/expression-error';
import { parseExpression } from '@/lib/mappings/parser';
import { parseScimPath, ScimPathError } from '@/lib/scim/path';
import {
  defaultMatching,
  defaultReverseMappings,
  type ImportSettings,
  importSettingsSchema,
  neededAttributes,
  type ReverseMapping,
  updateImportSettingsSchema,
} from './settings-schema';
import { takenAttributes } from './taken-attributes';

/** How accounts of an application are matched, and what people take of them; the defaults where nobody has said otherwise. */
export async function readImportSettings(applicationId: string, tx: Tx = db): Promise<ImportSettings> {
  const stored = await tx.importSettings.findUnique({ where: { applicationId } });
  if (!stored) return { matching: defaultMatching, mappings: [...defaultReverseMappings] };
  return importSettingsSchema.parse(stored);
}

/** The same with the version of the application, which a change of it has to name. @throws AppError `not_found` */
export async function getImportSettings(applicationId: string) {
  const application = await db.application.findUnique({ where: { id: applicationId }, select: { version: true } });
  if (!application) throw new AppError('not_found', 'This application does not exist any more.');
  return { version: application.version, ...(await readImportSettings(applicationId)) };
}

/**
 * Says how the accounts of an application are matched from the next import on, and what people take of them.
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
  async (tx, draft, { applicationId, version, ...wanted }) => {
    const application = await lockApplication(tx, applicationId);
    draft.application = { id: applicationId, displayLabel: application.displayLabel };
    draft.target = { type: 'application', id: applicationId, name: application.displayLabel };
    const before = await readImportSettings(applicationId, tx);
    assertVersion(application, version, { ...before });
    assertUsable(wanted.mappings);
    draft.changes = changesBetween(told(before), told(wanted));
    await tx.importSettings.upsert({
      where: { applicationId },
      create: { applicationId, ...wanted },
      update: wanted,
    });
    const saved = await tx.application.update({ where: { id: applicationId }, data: { version: { increment: 1 } } });
    return { id: applicationId, version: saved.version, ...wanted };
  },
);

/** As an event tells it: a rule or a mapping is one value. */
function told({ matching, mappings }: ImportSettings): Record<string, unknown> {
  const sources = mappings.map((one) => [
    `take ${takenAttributes[one.attribute]}`,
    `${one.kind} ${one.source}${one.onUpdate ? '' : ' (only when created)'}`,
  ]);
  const rules = matching.rules.map(({ by, caseSensitive }) => by.join(' + ') + (caseSensitive ? ' (case)' : ''));
  const { stopAtFirst, partialOnNames, autoConfirm } = matching;
  return { rules, stopAtFirst, partialOnNames, autoConfirm, ...Object.fromEntries(sources) };
}

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
