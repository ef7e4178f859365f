'use client';

import { Controller } from 'react-hook-form';
import { Callout } from '@/components/ui/callout';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { SwitchField } from '@/components/ui/switch';
import type { CustomAttribute } from '@/lib/mappings/source';
import { nameIdFormats } from '@/lib/saml/schema';
import type { SsoTab } from '@/lib/sso/queries';
import type { FieldErrors, SsoFormHandle } from './form-types';
import { propertyOptions } from './source-fields';

const formatHelp: Record<string, string> = {
  [nameIdFormats.unspecified]: 'Whatever NameID is made from',
  [nameIdFormats.emailAddress]: 'Has to be an e-mail address',
  [nameIdFormats.persistent]: 'Opaque, always the same, another one in every application',
  [nameIdFormats.transient]: 'Opaque, another one at each sign-in',
};
const formatOptions = Object.entries(nameIdFormats).map(([label, value]) => ({
  value,
  label,
  help: formatHelp[value],
}));

/** The formats that are offered, with what is stored and no longer is. */
function formatsWith(stored: string | undefined) {
  if (!stored || formatOptions.some((option) => option.value === stored)) return formatOptions;
  return [...formatOptions, { value: stored, label: stored.split(':').at(-1) ?? stored, help: 'No longer offered' }];
}

const kindOptions = [
  { value: 'property', label: 'Property' },
  { value: 'expression', label: 'Expression' },
];

const opaque: readonly string[] = [nameIdFormats.persistent, nameIdFormats.transient];

/**
 * Source and format of the NameID.
 * @param stored as they are saved, and people are known over there by
 */
export function NameIdFields({
  form,
  errors,
  customAttributes,
  stored,
}: {
  form: SsoFormHandle;
  errors: FieldErrors;
  customAttributes: readonly CustomAttribute[];
  stored: Pick<SsoTab['settings'], 'nameIdFormat' | 'nameIdSource' | 'legacyNameId'> & { active: boolean };
}) {
  const { nameIdFormat, nameIdSource, legacyNameId } = form.watch('settings');
  const kept = stored.legacyNameId && nameIdFormat === stored.nameIdFormat;
  const isOpaque = opaque.includes(nameIdFormat ?? '') && !(kept && legacyNameId);
  const renames =
    nameIdFormat !== stored.nameIdFormat ||
    legacyNameId !== stored.legacyNameId ||
    (!isOpaque && nameIdSource?.source !== stored.nameIdSource.source);
  return (
    <div className="grid items-start gap-5 lg:grid-cols-2">
      <Controller
        control={form.control}
        name="settings.nameIdFormat"
        render={({ field }) => (
          <Field
            label="NameID format"
            help={kept && legacyNameId ? 'Made from its source, as before' : formatHelp[field.value ?? '']}
            error={errors('settings.nameIdFormat')}
          >
            <Select options={formatsWith(field.value)} value={field.value ?? ''} onValueChange={field.onChange} />
          </Field>
        )}
      />
      {isOpaque ? (
        <p className="self-center text-muted text-sm">Latchkey makes it: nothing in it says who the person is.</p>
      ) : (
        <SourceFields form={form} errors={errors} customAttributes={customAttributes} />
      )}
      <Controller
        control={form.control}
        name="settings.nameIdFormatForced"
        render={({ field }) => (
          <SwitchField
            label="Always answer in this format"
            help="Off: a request for another format is refused, as SAML says."
            checked={field.value ?? false}
            onCheckedChange={field.onChange}
          />
        )}
      />
      {kept && (
        <Controller
          control={form.control}
          name="settings.legacyNameId"
          render={({ field }) => (
            <SwitchField
              label="Keep NameID as it was before"
              help="Set up before the format decided what NameID is: it is made from the source, whatever the format. Off: as the format says, and not to be undone."
              checked={field.value ?? false}
              onCheckedChange={field.onChange}
            />
          )}
        />
      )}
      {stored.active && renames && (
        <Callout kind="warning" title="People get another NameID" className="lg:col-span-2">
          The application knows its accounts by the present one. Make sure that it finds them by the new one, or people
          come to new accounts or to none.
        </Callout>
      )}
    </div>
  );
}

/** Property or expression that NameID is made from. */
function SourceFields({
  form,
  errors,
  customAttributes,
}: {
  form: SsoFormHandle;
  errors: FieldErrors;
  customAttributes: readonly CustomAttribute[];
}) {
  const kind = form.watch('settings.nameIdSource.kind');
  return (
    <div className="grid grid-cols-[130px_1fr] items-start gap-2">
      <Controller
        control={form.control}
        name="settings.nameIdSource.kind"
        render={({ field }) => (
          <Field label="Made from">
            <Select
              options={kindOptions}
              value={field.value}
              onValueChange={(value) => {
                field.onChange(value);
                form.setValue('settings.nameIdSource.source', value === 'property' ? 'applicationUsername' : '', {
                  shouldDirty: true,
                });
              }}
            />
          </Field>
        )}
      />
      {kind === 'expression' ? (
        <Field label="Expression" error={errors('settings.nameIdSource.source')}>
          <Input mono spellCheck={false} {...form.register('settings.nameIdSource.source')} />
        </Field>
      ) : (
        <Controller
          control={form.control}
          name="settings.nameIdSource.source"
          render={({ field }) => (
            <Field
              label="Source"
              help="The application username agrees with SCIM userName."
              error={errors('settings.nameIdSource.source')}
            >
              <Select
                options={propertyOptions(customAttributes, field.value)}
                value={field.value}
                onValueChange={field.onChange}
              />
            </Field>
          )}
        />
      )}
    </div>
  );
}
