'use client';

import { FormProvider } from 'react-hook-form';
import { ConflictNotice } from '@/components/patterns/conflict-notice';
import { FormError } from '@/components/patterns/form-error';
import { RelativeTime } from '@/components/patterns/relative-time';
import { SaveBar } from '@/components/patterns/save-bar';
import { SecretField } from '@/components/patterns/secret-field';
import { comparedSettings, SettingFields } from '@/components/patterns/setting-fields';
import { useVersionedForm } from '@/components/patterns/use-versioned-form';
import { FormColumn } from '@/components/ui/field';
import { pickSettings } from '@/lib/core/setting';
import type { IntegrationState } from '@/lib/provisioning/queries/integration-state';
import { integrationUpdateSchema } from '@/lib/provisioning/schema';
import { connectionSettings } from '@/lib/provisioning/settings';
import { updateIntegrationAction } from '../actions';

const { baseUrl, ...others } = connectionSettings;
const fields = { ...comparedSettings(connectionSettings), manageGroups: 'Group management' };

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
  const { version, tokenUpdatedAt } = integration;
  const { form, submit, pending, error, conflict } = useVersionedForm({
    schema: integrationUpdateSchema,
    defaultValues: { applicationId, version, ...pickSettings(connectionSettings, integration) },
    version,
    fields,
    action: (values, version) => updateIntegrationAction({ ...values, version }),
    success: 'Connection saved',
  });
  return (
    <FormProvider {...form}>
      <form onSubmit={submit} noValidate>
        <fieldset disabled={readOnly} className="contents">
          <FormColumn>
            <ConflictNotice conflict={conflict} />
            <FormError error={error} />
            <SettingFields settings={{ baseUrl }} />
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
            <SettingFields settings={others} own={groupsSupported ? {} : { manageGroups: null }} disabled={readOnly} />
          </FormColumn>
        </fieldset>
        <SaveBar dirty={form.formState.isDirty} pending={pending} onDiscard={() => form.reset()} />
      </form>
    </FormProvider>
  );
}
