'use client';

import { Controller } from 'react-hook-form';
import { ConflictNotice } from '@/components/patterns/conflict-notice';
import { FormError } from '@/components/patterns/form-error';
import { RelativeTime } from '@/components/patterns/relative-time';
import { SaveBar } from '@/components/patterns/save-bar';
import { SecretField } from '@/components/patterns/secret-field';
import { useVersionedForm } from '@/components/patterns/use-versioned-form';
import { CheckboxField } from '@/components/ui/checkbox';
import { Field, FormColumn } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import type { IntegrationState } from '@/lib/provisioning/queries/integration-state';
import { integrationUpdateSchema } from '@/lib/provisioning/schema';
import { updateIntegrationAction } from '../actions';

const fields = { baseUrl: 'Base URL', manageGroups: 'Group management', intervalMinutes: 'Interval' };

/** Base URL, token, groups and interval of an active connection. */
export function ConnectionSettings({
  applicationId,
  integration,
  tokenLabel,
  groupsSupported,
  onReplace,
  readOnly,
}: {
  applicationId: string;
  integration: IntegrationState;
  tokenLabel: string;
  groupsSupported: boolean;
  onReplace: () => void;
  readOnly: boolean;
}) {
  const { version, baseUrl, manageGroups, intervalMinutes, tokenUpdatedAt } = integration;
  const { form, submit, pending, error, conflict, fieldError } = useVersionedForm({
    schema: integrationUpdateSchema,
    defaultValues: { applicationId, version, baseUrl, manageGroups, intervalMinutes },
    version,
    fields,
    action: (values, version) => updateIntegrationAction({ ...values, version }),
    success: 'Connection saved',
  });
  return (
    <form onSubmit={submit} noValidate>
      <fieldset disabled={readOnly} className="contents">
        <FormColumn>
          <ConflictNotice conflict={conflict} />
          <FormError error={error} />
          <Field
            label="Base URL"
            required
            error={fieldError('baseUrl')}
            help="Another address is tested before it is saved."
          >
            <Input mono type="url" spellCheck={false} {...form.register('baseUrl')} />
          </Field>
          <SecretField
            label={tokenLabel === 'Token Key' ? 'Token Key' : `Token Key (${tokenLabel})`}
            isSet
            value={undefined}
            onChange={() => undefined}
            onReplace={onReplace}
            disabled={readOnly}
            note={
              <>
                Set <RelativeTime at={tokenUpdatedAt} />. The new one is tested before the swap; nothing has to be
                deactivated.
              </>
            }
          />
          <Field
            label="Minutes between full cycles"
            error={fieldError('intervalMinutes')}
            help="Changes are sent within seconds; a full cycle finds what changed over there."
          >
            <Input
              type="number"
              min={5}
              max={10_080}
              className="max-w-32"
              {...form.register('intervalMinutes', { valueAsNumber: true })}
            />
          </Field>
          {groupsSupported && (
            <Controller
              name="manageGroups"
              control={form.control}
              render={({ field }) => (
                <CheckboxField
                  label="Enable management of User Groups and Group Membership in this application"
                  help="Switched off, groups and memberships over there are left as they are, and people go on being managed."
                  checked={field.value}
                  disabled={readOnly}
                  onCheckedChange={(on) => field.onChange(on === true)}
                />
              )}
            />
          )}
        </FormColumn>
      </fieldset>
      <SaveBar dirty={form.formState.isDirty} pending={pending} onDiscard={() => form.reset()} />
    </form>
  );
}
