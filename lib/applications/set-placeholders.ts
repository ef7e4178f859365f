import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import type { TemplatePlaceholder } from './catalogue/template-schema';
import { getTemplate } from './catalogue/templates';
import { type PlaceholderValues, placeholderValuesSchema } from './schema';

/** The stored values; what is not a text is ignored. */
export function readPlaceholderValues(stored: unknown): PlaceholderValues {
  const parsed = placeholderValuesSchema.safeParse(stored);
  return parsed.success ? parsed.data : {};
}

/**
 * Checks values against the template's patterns and leaves out the empty ones.
 * @throws AppError `invalid_input` with the field `placeholders.<NAME>`, also for a name that the template does not have
 */
export function checkPlaceholders(
  placeholders: readonly TemplatePlaceholder[],
  values: PlaceholderValues,
): PlaceholderValues {
  const names = placeholders.map(({ name }) => name);
  const unknown = Object.keys(values).find((name) => values[name]?.trim() && !names.includes(name));
  if (unknown !== undefined) {
    throw new AppError('invalid_input', `This application has no placeholder ${unknown}.`, {
      field: `placeholders.${unknown}`,
      hint: names.length > 0 ? `It has ${names.join(', ')}.` : 'Its addresses are typed as they are.',
    });
  }
  const checked: PlaceholderValues = {};
  for (const placeholder of placeholders) {
    const value = values[placeholder.name]?.trim();
    if (!value) continue;
    if (!new RegExp(placeholder.pattern).test(value)) {
      throw new AppError('invalid_input', `${placeholder.label}: ${placeholder.patternMessage}`, {
        field: `placeholders.${placeholder.name}`,
        hint: placeholder.help,
      });
    }
    checked[placeholder.name] = value;
  }
  return checked;
}

/**
 * Saves the placeholders of an application in the caller's transaction: one set, shared by SAML, SCIM and the guide.
 * @returns the values as stored
 */
export async function setPlaceholders(
  tx: Tx,
  application: { id: string; templateId: string },
  values: PlaceholderValues,
): Promise<PlaceholderValues> {
  const checked = checkPlaceholders(getTemplate(application.templateId).placeholders, values);
  await tx.application.update({ where: { id: application.id }, data: { placeholders: checked } });
  return checked;
}
