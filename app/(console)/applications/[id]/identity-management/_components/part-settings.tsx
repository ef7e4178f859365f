'use client';

import { type ReactNode, useState } from 'react';
import { FormProvider } from 'react-hook-form';
import { ConflictNotice } from '@/components/patterns/conflict-notice';
import { FormError } from '@/components/patterns/form-error';
import { SaveBar } from '@/components/patterns/save-bar';
import { comparedSettings, SettingFields } from '@/components/patterns/setting-fields';
import { useVersionedForm } from '@/components/patterns/use-versioned-form';
import { Section } from '@/components/ui/card';
import { FormColumn } from '@/components/ui/field';
import type { IdentityManagementPart } from '@/lib/core/links';
import { pickSettings } from '@/lib/core/setting';
import type { IntegrationState } from '@/lib/provisioning/queries/integration-state';
import { integrationUpdateSchema } from '@/lib/provisioning/schema';
import {
  type ActionSettings,
  actionSettings,
  connectionParts,
  connectionSettings,
  groupSettings,
} from '@/lib/provisioning/settings';
import { updateIntegrationAction } from '../actions';
import { ConfirmActions, type ForeignMembers, whatIsSent, whoIsRemoved } from './confirm-actions';

const fields = { ...comparedSettings(connectionSettings), manageGroups: 'Group management' };

/** The form of one part of an active connection's settings. */
export function PartSettings({
  applicationId,
  integration,
  part,
  own = {},
  after = {},
  leftOut,
  foreign,
  readOnly,
}: {
  applicationId: string;
  integration: IntegrationState;
  part: IdentityManagementPart;
  /** In the place of a setting, by its name: a control of the screen, or nothing (null). */
  own?: Readonly<Record<string, ReactNode>>;
  /** What stands below a setting and is none. */
  after?: Readonly<Record<string, ReactNode>>;
  /** How many each switch leaves out now, where the part has them. */
  leftOut?: Record<keyof ActionSettings, number>;
  foreign?: ForeignMembers;
  readOnly: boolean;
}) {
  const { version } = integration;
  const { form, submit, pending, error, conflict } = useVersionedForm({
    schema: integrationUpdateSchema,
    defaultValues: { applicationId, version, ...pickSettings(connectionSettings, integration) },
    version,
    fields,
    action: (values, version) => updateIntegrationAction({ ...values, version }),
    success: 'Settings saved',
  });
  const [sentences, setSentences] = useState<readonly string[]>([]);
  const [asking, setAsking] = useState(false);
  // What sends a lot, or deletes, is asked first; the form is checked before that.
  const ask = form.handleSubmit((values) => {
    const told = [
      ...(leftOut ? whatIsSent(pickSettings(actionSettings, integration), values, leftOut) : []),
      ...(foreign ? whoIsRemoved(pickSettings(groupSettings, integration), values, foreign) : []),
    ];
    setSentences(told);
    if (told.length > 0) setAsking(true);
    else void submit();
  });
  return (
    <FormProvider {...form}>
      <form onSubmit={ask} noValidate>
        <ConflictNotice conflict={conflict} />
        <FormError error={error} />
        <fieldset disabled={readOnly} className="contents">
          {connectionParts[part].sections.map(({ title, settings, ...words }) => (
            <Section key={title} title={title} stacked {...words}>
              <FormColumn>
                <SettingFields settings={settings} own={own} after={after} disabled={readOnly} />
              </FormColumn>
            </Section>
          ))}
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
