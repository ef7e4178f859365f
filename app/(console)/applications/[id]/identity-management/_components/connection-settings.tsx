'use client';

import { useState } from 'react';
import { Controller } from 'react-hook-form';
import { FormError } from '@/components/patterns/form-error';
import { RelativeTime } from '@/components/patterns/relative-time';
import { SaveBar } from '@/components/patterns/save-bar';
import { SecretField } from '@/components/patterns/secret-field';
import { useActionForm } from '@/components/patterns/use-action-form';
import { CheckboxField } from '@/components/ui/checkbox';
import { Field, FormColumn } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import type { IntegrationState } from '@/lib/provisioning/queries/integration-state';
import { type IntegrationUpdate, integrationUpdateSchema } from '@/lib/provisioning/schema';
import { type Conflict, StaleNotice } from '../../../_components/stale-notice';
import { updateIntegrationAction } from '../actions';

type Values = Pick<IntegrationUpdate, 'baseUrl' | 'manageGroups' | 'intervalMinutes'>;
type Stale = { version: number; values: Values };

const labels = { baseUrl: 'Base URL', manageGroups: 'Group management', intervalMinutes: 'Interval' } as const;

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
  const [stale, setStale] = useState<Stale>();
  const { form, submit, pending, error, clearError, fieldError } = useActionForm({
    schema: integrationUpdateSchema,
    defaultValues: { applicationId, version, baseUrl, manageGroups, intervalMinutes },
    action: async (values) => {
      const result = await updateIntegrationAction(values);
      if (!result.ok && result.code === 'stale_version') setStale(result.details as Stale);
      return result;
    },
    success: 'Connection saved',
  });
  const go = (keepTyped: boolean) => {
    if (!stale) return;
    if (!keepTyped) form.reset({ ...form.getValues(), ...stale.values, version: stale.version });
    form.setValue('version', stale.version);
    setStale(undefined);
    clearError();
    if (keepTyped) void submit();
  };
  return (
    <form onSubmit={submit} noValidate>
      <fieldset disabled={readOnly} className="contents">
        <FormColumn>
          {stale ? (
            <StaleNotice
              conflicts={conflicts(stale.values, form.getValues())}
              onLoad={() => go(false)}
              onKeep={() => go(true)}
            />
          ) : (
            <FormError error={error} />
          )}
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

function conflicts(stored: Values, typed: Values): Conflict[] {
  const say = (value: string | number | boolean) =>
    typeof value === 'boolean' ? (value ? 'On' : 'Off') : String(value);
  return (Object.keys(labels) as (keyof typeof labels)[])
    .filter((key) => stored[key] !== typed[key])
    .map((key) => ({ name: labels[key], stored: say(stored[key]), typed: say(typed[key]) }));
}
