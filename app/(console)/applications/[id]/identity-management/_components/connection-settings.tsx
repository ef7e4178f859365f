'use client';

import { Fragment, useState } from 'react';
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
import {
  type ActionSettings,
  accountSettings,
  actionSettings,
  connectionSections,
  connectionSettings,
} from '@/lib/provisioning/settings';
import { authenticationWords, inShort } from '@/lib/scim/authentication';
import { updateIntegrationAction } from '../actions';
import { ConfirmActions, whatIsSent } from './confirm-actions';
import { secretLabel } from './credentials-fields';

const { baseUrl, intervalMinutes, manageGroups } = connectionSettings;
const fields = { ...comparedSettings(connectionSettings), manageGroups: 'Group management' };

/** Base URL, credentials, groups and interval of an active connection, what is sent by it, and what waits. */
export function ConnectionSettings({
  applicationId,
  integration,
  tokenLabel,
  groupsSupported,
  leftOut,
  generatesPasswords,
  onReplace,
  readOnly,
}: {
  applicationId: string;
  integration: IntegrationState;
  tokenLabel: string;
  groupsSupported: boolean;
  /** How many each switch leaves out now. */
  leftOut: Record<keyof ActionSettings, number>;
  generatesPasswords: boolean;
  onReplace: () => void;
  readOnly: boolean;
}) {
  const { version, authentication, tokenUpdatedAt, secretEnd } = integration;
  const how = inShort(authentication);
  const { form, submit, pending, error, conflict } = useVersionedForm({
    schema: integrationUpdateSchema,
    defaultValues: { applicationId, version, ...pickSettings(connectionSettings, integration) },
    version,
    fields,
    action: (values, version) => updateIntegrationAction({ ...values, version }),
    success: 'Connection saved',
  });
  const [sentences, setSentences] = useState<readonly string[]>([]);
  const [asking, setAsking] = useState(false);
  // What sends a lot, or deletes, is asked first; the form is checked before that.
  const ask = form.handleSubmit((values) => {
    const told = whatIsSent(pickSettings(actionSettings, integration), values, leftOut);
    setSentences(told);
    if (told.length > 0) setAsking(true);
    else void submit();
  });
  return (
    <FormProvider {...form}>
      <form onSubmit={ask} noValidate>
        <fieldset disabled={readOnly} className="contents">
          <FormColumn>
            <ConflictNotice conflict={conflict} />
            <FormError error={error} />
            <SettingFields settings={{ baseUrl }} />
            <SecretField
              label={
                authentication.kind === 'bearer'
                  ? secretLabel('bearer', tokenLabel)
                  : authenticationWords[authentication.kind].label
              }
              isSet
              value={undefined}
              onChange={() => undefined}
              onReplace={onReplace}
              disabled={readOnly}
              note={
                <>
                  {how && <span className="block break-words">{how}</span>}
                  Set <RelativeTime at={tokenUpdatedAt} />. What replaces it is tested before the swap; nothing has to
                  be deactivated.{' '}
                  {secretEnd && !secretEnd.noted && (
                    <>
                      It says itself that it ends <RelativeTime tense="future" at={secretEnd.endsAt} />.
                    </>
                  )}
                </>
              }
            />
            <SettingFields
              settings={{ intervalMinutes, manageGroups, ...(generatesPasswords ? accountSettings : {}) }}
              own={groupsSupported ? {} : { manageGroups: null }}
              disabled={readOnly}
            />
            {connectionSections.map(({ title, settings }) => (
              <Fragment key={title}>
                <h3 className="mt-3 font-semibold">{title}</h3>
                <SettingFields
                  settings={settings}
                  own={groupsSupported ? {} : { pushGroups: null }}
                  disabled={readOnly}
                />
              </Fragment>
            ))}
          </FormColumn>
        </fieldset>
        <SaveBar dirty={form.formState.isDirty} pending={pending} onDiscard={() => form.reset()} />
        <ConfirmActions
          sentences={sentences}
          open={asking}
          onOpenChange={setAsking}
          pending={pending}
          onConfirm={() => void submit().finally(() => setAsking(false))}
        />
      </form>
    </FormProvider>
  );
}
