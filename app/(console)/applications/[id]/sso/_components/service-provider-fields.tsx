'use client';

import { Plus, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { useFieldArray } from 'react-hook-form';
import { Button, IconButton } from '@/components/ui/button';
import { Field, FieldError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import type { TemplatePlaceholder } from '@/lib/applications/catalogue/template-schema';
import { resolvePlaceholders } from '@/lib/applications/placeholders';
import type { FieldErrors, SsoFormHandle, SsoFormInput } from './form-types';
import { SpMetadataDialog } from './sp-metadata-dialog';

interface Props {
  form: SsoFormHandle;
  errors: FieldErrors;
  placeholders: readonly TemplatePlaceholder[];
  resolve: (text: string) => string;
  appName: string;
  /** Where metadata is read from by itself. */
  metadataLine: ReactNode;
}

/** Placeholders, SP Entity ID, ACS URLs: by hand, or out of the service provider's metadata. */
export function ServiceProviderFields({ form, errors, placeholders, resolve, appName, metadataLine }: Props) {
  const entityId = form.watch('settings.spEntityId') ?? '';
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <SpMetadataDialog form={form} appName={appName} />
        {metadataLine}
      </div>
      {placeholders.map((placeholder) => (
        <Field
          key={placeholder.name}
          label={placeholder.label}
          required={isUsed(placeholder.name, form.watch('settings'))}
          help={`${placeholder.help} Replaces {${placeholder.name}} everywhere.`}
          error={errors(`placeholders.${placeholder.name}`)}
        >
          <Input
            placeholder={placeholder.example}
            autoComplete="off"
            spellCheck={false}
            {...form.register(`placeholders.${placeholder.name}`)}
          />
        </Field>
      ))}
      <Field label="SP Entity ID" required help={preview(entityId, resolve)} error={errors('settings.spEntityId')}>
        <Input mono spellCheck={false} {...form.register('settings.spEntityId')} />
      </Field>
      <AcsUrls form={form} errors={errors} resolve={resolve} />
      <Field
        label="Default RelayState"
        optional
        help="Sent when people start from the user portal. A link brings its own as ?RelayState= behind the IdP URL."
        error={errors('settings.defaultRelayState')}
      >
        <Input mono spellCheck={false} {...form.register('settings.defaultRelayState')} />
      </Field>
      <Field
        label="Login URL"
        optional
        help="Where people start at the service provider."
        error={errors('settings.loginUrl')}
      >
        <Input mono spellCheck={false} {...form.register('settings.loginUrl')} />
      </Field>
    </>
  );
}

/** Whether a placeholder stands in an address that SSO needs. */
function isUsed(name: string, settings: SsoFormInput['settings']): boolean {
  const addresses = [settings.spEntityId, ...(settings.acsUrls ?? []).map((acs) => acs.url)];
  return addresses.some((address) => address?.includes(`{${name}}`));
}

/** What a value with placeholders comes to. */
function preview(value: string, resolve: (text: string) => string): ReactNode {
  const resolved = resolve(value);
  if (!/\{[A-Za-z]\w*\}/.test(value)) return undefined;
  const { missing } = resolvePlaceholders(resolved, {});
  return missing.length > 0 ? (
    `Needs ${missing.join(', ')}.`
  ) : (
    <>
      Becomes <span className="break-all">{resolved}</span>
    </>
  );
}

function AcsUrls({ form, errors, resolve }: Pick<Props, 'form' | 'errors' | 'resolve'>) {
  const { fields, append, remove } = useFieldArray({ control: form.control, name: 'settings.acsUrls' });
  const urls = form.watch('settings.acsUrls') ?? [];
  const makeDefault = (chosen: number) => {
    for (const position of fields.keys()) {
      form.setValue(`settings.acsUrls.${position}.isDefault`, position === chosen, { shouldDirty: true });
    }
  };
  const nextIndex = Math.max(-1, ...urls.map((acs) => Number(acs.index))) + 1;
  const listError = errors('settings.acsUrls');
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      {fields.map((row, position) => (
        <Field
          key={row.id}
          label={fields.length > 1 ? `ACS URL ${position + 1}` : 'ACS URL'}
          required
          help={preview(urls[position]?.url ?? '', resolve)}
          error={errors(`settings.acsUrls.${position}.url`) ?? errors(`settings.acsUrls.${position}.index`)}
          aside={
            fields.length > 1 && (
              <label className="flex items-center gap-1.5">
                <input
                  type="radio"
                  name="default-acs"
                  checked={urls[position]?.isDefault ?? false}
                  onChange={() => makeDefault(position)}
                />
                Default, index {urls[position]?.index}
              </label>
            )
          }
        >
          <AcsInput form={form} position={position} onRemove={fields.length > 1 ? () => remove(position) : undefined} />
        </Field>
      ))}
      {listError && <FieldError>{listError}</FieldError>}
      <Button
        size="sm"
        className="justify-self-start"
        onClick={() => append({ url: '', index: nextIndex, isDefault: fields.length === 0 })}
      >
        <Plus aria-hidden /> Add ACS URL
      </Button>
    </div>
  );
}

function AcsInput({
  form,
  position,
  onRemove,
}: {
  form: SsoFormHandle;
  position: number;
  onRemove: (() => void) | undefined;
}) {
  return (
    <div className="flex gap-1">
      <Input mono spellCheck={false} {...form.register(`settings.acsUrls.${position}.url`)} />
      {onRemove && (
        <IconButton label={`Remove ACS URL ${position + 1}`} onClick={onRemove}>
          <Trash2 aria-hidden />
        </IconButton>
      )}
    </div>
  );
}
