import type { UseFormReturn } from 'react-hook-form';
import { z } from 'zod';
import type { SsoTab } from '@/lib/sso/queries';
import { ssoValuesSchema } from '@/lib/sso/schema';

/** The form: what is saved, without what the page keeps beside it. Rows of a list are objects. */
export const ssoFormSchema = ssoValuesSchema.omit({ activation: true, spCertificates: true }).extend({
  spCertificates: z
    .array(
      z.object({
        certificate: z.string(),
        fingerprint: z.string(),
        subject: z.string(),
        notAfter: z.date(),
      }),
    )
    .max(10, 'At most 10 certificates'),
});
export type SsoFormInput = z.input<typeof ssoFormSchema>;
export type SsoFormValues = z.output<typeof ssoFormSchema>;
export type SsoFormHandle = UseFormReturn<SsoFormInput, unknown, SsoFormValues>;

/** A field's message: what the server or the schema said, or what still keeps SSO from being active. */
export type FieldErrors = (path: string) => string | undefined;

/** What the form starts with: every placeholder has a field, filled in or not. */
export function formValues(tab: SsoTab, placeholders: readonly { name: string }[]): SsoFormValues {
  return {
    idpEntityId: tab.idpEntityId,
    placeholders: Object.fromEntries(placeholders.map(({ name }) => [name, tab.placeholders[name] ?? ''])),
    settings: {
      ...tab.settings,
      // Every field of a row has a value, or opening the form would be a change.
      attributeStatements: tab.settings.attributeStatements.map((row) => ({
        friendlyName: '',
        directGroups: false,
        ...row,
      })),
    },
    spCertificates: tab.spCertificates,
  };
}

/** The settings of the form as they are saved: what a row leaves empty is not said. */
export function settingsToSave<Settings extends SsoFormInput['settings']>(settings: Settings) {
  return {
    ...settings,
    attributeStatements: (settings.attributeStatements ?? []).map(({ friendlyName, directGroups, ...row }) => ({
      ...row,
      ...(friendlyName ? { friendlyName } : {}),
      ...(directGroups && row.sourceKind === 'groups' ? { directGroups } : {}),
    })),
  };
}
