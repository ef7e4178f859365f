'use client';

import { ChevronRight } from 'lucide-react';
import type { ComponentProps } from 'react';
import { FormProvider } from 'react-hook-form';
import { z } from 'zod';
import { FormError } from '@/components/patterns/form-error';
import { LeaveGuard } from '@/components/patterns/leave-guard';
import { SettingFields } from '@/components/patterns/setting-fields';
import { useActionForm } from '@/components/patterns/use-action-form';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Field, FormColumn } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { createApplicationSchema, slugFromLabel, slugSchema } from '@/lib/applications/schema';
import { generalSettings } from '@/lib/applications/settings';
import { PortalImageField } from '../../_components/portal-image-field';
import { createApplicationAction } from '../../actions';
import type { Created } from './created-application';
import type { CatalogueEntry } from './select-step';

const { description, showInPortal } = generalSettings;

/** As typed: an empty SSO IdP URL is made from the label. */
function formSchema(kind: CatalogueEntry['kind']) {
  return createApplicationSchema.extend({
    slug: z.union([z.literal(''), slugSchema]),
    bookmarkUrl: kind === 'bookmark' ? createApplicationSchema.shape.bookmarkUrl.unwrap() : z.literal(''),
  });
}

/** Step 2: display label, description, image, portal, and the address that cannot be changed later. */
export function DetailsStep({
  template,
  idpUrlPrefix,
  onBack,
  onCreated,
}: {
  template: CatalogueEntry;
  idpUrlPrefix: string;
  onBack: () => void;
  onCreated: (created: Created) => void;
}) {
  const bookmark = template.kind === 'bookmark';
  const { form, submit, pending, error, fieldError } = useActionForm({
    schema: formSchema(template.kind),
    defaultValues: {
      templateId: template.id,
      displayLabel: bookmark || template.id === 'custom-saml' ? '' : template.name,
      description: '',
      logoColor: template.color,
      logoImage: null,
      showInPortal: true,
      bookmarkUrl: '',
      slug: '',
    },
    action: ({ slug, bookmarkUrl, ...values }) =>
      createApplicationAction({ ...values, ...(slug ? { slug } : {}), ...(bookmarkUrl ? { bookmarkUrl } : {}) }),
    after: 'none',
    onSuccess: ({ id, slug, twins }, { displayLabel }) =>
      onCreated({ id, displayLabel, idpUrl: bookmark ? undefined : `${idpUrlPrefix}${slug}`, twins }),
  });
  const [label = '', color, image] = form.watch(['displayLabel', 'logoColor', 'logoImage']);
  const slugError = fieldError('slug');
  return (
    <FormProvider {...form}>
      <form onSubmit={submit} noValidate className="grid gap-6">
        <LeaveGuard when={form.formState.isDirty && !pending} />
        <FormColumn>
          <FormError error={error} />
          <Field
            label="Display Label"
            required
            help="Your name for the application."
            error={fieldError('displayLabel')}
          >
            <Input autoFocus {...form.register('displayLabel')} />
          </Field>
          {bookmark && (
            <Field
              label="Bookmark URL"
              required
              help="Where people sign in to the application."
              error={fieldError('bookmarkUrl')}
            >
              <Input type="url" placeholder="https://" {...form.register('bookmarkUrl')} />
            </Field>
          )}
          <SettingFields settings={{ description }} />
          <PortalImageField
            name={label || template.name}
            value={{ logoColor: color ?? template.color, logoImage: image ?? null }}
            templateColor={template.color}
            error={fieldError('logoImage') ?? fieldError('logoColor')}
            onChange={(next) => {
              form.setValue('logoColor', next.logoColor, { shouldDirty: true });
              form.setValue('logoImage', next.logoImage, { shouldDirty: true });
            }}
          />
          <SettingFields settings={{ showInPortal }} />
          {!bookmark && (
            <details
              className="group rounded-lg border border-line bg-surface"
              open={slugError !== undefined || undefined}
            >
              <summary className="flex cursor-pointer items-center gap-2 px-3.5 py-2.5 font-medium">
                <ChevronRight aria-hidden className="size-4 transition-transform group-open:rotate-90" />
                Advanced Settings
              </summary>
              <div className="grid gap-3 border-line border-t px-3.5 py-3.5">
                <Field
                  label="SSO IdP URL"
                  help={`If no value is entered, it will be ${idpUrlPrefix}${slugFromLabel(label) || template.id}.`}
                  error={slugError}
                >
                  <SlugInput
                    prefix={idpUrlPrefix}
                    placeholder={slugFromLabel(label) || template.id}
                    {...form.register('slug')}
                  />
                </Field>
                <Callout kind="warning">
                  The SSO IdP URL is not editable after the application is created. You will have to delete and recreate
                  the application to change it.
                </Callout>
              </div>
            </details>
          )}
        </FormColumn>
        <div className="flex max-w-[640px] justify-between gap-2">
          <Button onClick={onBack} disabled={pending}>
            Back
          </Button>
          <Button type="submit" variant="primary" pending={pending}>
            Save Application
          </Button>
        </div>
      </form>
    </FormProvider>
  );
}

/** The part that can be typed behind the part that cannot. */
function SlugInput({ prefix, ...input }: ComponentProps<'input'> & { prefix: string }) {
  return (
    <div className="flex flex-wrap items-center gap-x-1 gap-y-1.5">
      <span className="break-all font-mono text-muted text-xs">{prefix}</span>
      <span className="min-w-40 flex-1">
        <Input mono autoComplete="off" spellCheck={false} {...input} />
      </span>
    </div>
  );
}
