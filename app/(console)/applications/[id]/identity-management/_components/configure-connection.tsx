'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import { Controller } from 'react-hook-form';
import { FormError } from '@/components/patterns/form-error';
import { LeaveGuard } from '@/components/patterns/leave-guard';
import { useAction } from '@/components/patterns/use-action';
import { useActionForm } from '@/components/patterns/use-action-form';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { CheckboxField } from '@/components/ui/checkbox';
import { EmptyState } from '@/components/ui/empty-state';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { links } from '@/lib/core/links';
import type { Counted } from '@/lib/db/bounded-count';
import type { Authorizations } from '@/lib/provisioning/authorization/queries';
import { connectionSchema } from '@/lib/provisioning/schema';
import { type AuthenticationKind, usesAccessTokens } from '@/lib/scim/authentication';
import { connectionSteps } from '@/lib/scim/connection-steps';
import { activateIntegrationAction, startActivationDryRunAction } from '../actions';
import { connectParts, typedBefore, withoutId } from './connect-authorization';
import { ConnectionTestCard } from './connection-test';
import { CredentialsFields, emptyCredentials, namesOf } from './credentials-fields';
import { useConnecting } from './use-connecting';
import { type ConnectionTest, useConnectionTest } from './use-connection-test';

export interface BaseUrlChoice {
  label: string;
  url: string;
  help?: string | undefined;
  /** Placeholders that have no value yet. */
  missing: string[];
}

export interface ConfigureProps {
  applicationId: string;
  appName: string;
  /** Deactivated earlier: its base URL is offered again. */
  earlier: { baseUrl: string; manageGroups: boolean } | null;
  choices: BaseUrlChoice[];
  kinds: readonly AuthenticationKind[];
  authorizations: Authorizations;
  tokenLabel: string;
  tokenHelp?: string | undefined;
  groups: { supported: boolean; manageByDefault: boolean };
  peopleInScope: Counted;
  /** The new instance of a migration: it begins paused. */
  beginsPaused: boolean;
  mayWrite: boolean;
}

/** Before Identity Management is active: what it does, then the fields behind Configure. */
export function ConfigureConnection(props: ConfigureProps) {
  // Whoever comes back from the application goes on where they left.
  const [open, setOpen] = useState(props.mayWrite && props.authorizations.other !== null);
  const { appName, earlier, mayWrite } = props;
  if (open) return <ConnectionForm {...props} onCancel={() => setOpen(false)} />;
  return (
    <div className="rounded-lg border border-line bg-surface">
      <EmptyState
        title={earlier ? 'Identity Management was deactivated' : 'Identity Management is not configured'}
        action={
          mayWrite && (
            <Button variant="primary" onClick={() => setOpen(true)}>
              Configure
            </Button>
          )
        }
      >
        {earlier
          ? `Users and groups in ${appName} are as they were. Configure the connection again to go on managing them; nobody is created twice.`
          : `Accounts in ${appName} are created, updated and deactivated as people join, change and leave, and user groups are kept in step, over SCIM 2.0.`}
      </EmptyState>
    </div>
  );
}

function ConnectionForm(props: ConfigureProps & { onCancel: () => void }) {
  const { applicationId, appName, choices, groups, earlier, peopleInScope, authorizations } = props;
  const { other } = authorizations;
  const connecting = useConnecting();
  const [write, setWrite] = useState(false);
  const taught = useRef<ConnectionTest['taught']>(undefined);
  const { form, submit, pending, error, fieldError } = useActionForm({
    schema: connectionSchema,
    defaultValues: {
      applicationId,
      baseUrl: other?.baseUrl ?? earlier?.baseUrl ?? choices[0]?.url ?? '',
      authentication: other ? typedBefore(other) : emptyCredentials(props.kinds[0] ?? 'bearer'),
      manageGroups: groups.supported && (other?.manageGroups ?? earlier?.manageGroups ?? groups.manageByDefault),
    },
    action: (values) => activateIntegrationAction({ ...values, taught: taught.current }),
    success: props.beginsPaused
      ? `${appName} is connected, and paused until accounts are handed over`
      : `Identity Management is active for ${appName}`,
    after: 'none',
  });
  const [baseUrl, authentication, manageGroups] = form.watch(['baseUrl', 'authentication', 'manageGroups']);
  const steps = connectionSteps({ accessTokens: usesAccessTokens(authentication), write, manageGroups });
  const test = useConnectionTest(applicationId, steps, { baseUrl, authentication, manageGroups });
  useEffect(() => {
    taught.current = test.outdated ? undefined : test.taught;
  });
  const choice = choices.find((candidate) => candidate.url === baseUrl);
  const router = useRouter();
  const dryRun = useAction(startActivationDryRunAction, {
    onSuccess: ({ id }) => router.push(links.application(applicationId).dryRun(id)),
    showError: 'inline',
  });
  const isComplete = () => form.trigger(['baseUrl', ...namesOf(form.getValues('authentication'))]);
  const onConnect = async () => {
    if (!(await isComplete())) return;
    const { authentication: typed, ...values } = form.getValues();
    if (typed.kind === 'authorizationCode') await connecting.start({ ...values, authentication: withoutId(typed) });
  };
  const runTest = async () => {
    if (await isComplete()) await test.run({ ...form.getValues(), write });
  };
  return (
    <form
      onSubmit={submit}
      noValidate
      className="grid items-start gap-8 lg:grid-cols-[minmax(0,640px)_minmax(320px,1fr)]"
    >
      <LeaveGuard when={form.formState.isDirty && !pending && !dryRun.pending && !connecting.leaving} />
      <div className="grid content-start gap-5">
        <FormError error={error ?? dryRun.error} />
        {choice && choice.missing.length > 0 && (
          <Callout kind="warning" title={`Replace ${choice.missing.join(', ')} in the base URL`}>
            Enter the value on the SSO tab, where the guide takes it from too, or type it here.
          </Callout>
        )}
        {choices.length > 1 && (
          <Field label="Base URL pattern">
            <Select
              options={choices.map((option) => ({ value: option.url, label: option.label, help: option.help }))}
              value={choice?.url}
              placeholder="Typed by hand"
              onValueChange={(url) => form.setValue('baseUrl', url, { shouldDirty: true, shouldValidate: true })}
            />
          </Field>
        )}
        <Field label="Base URL" required error={fieldError('baseUrl')} help={choice?.help}>
          <Input mono type="url" spellCheck={false} {...form.register('baseUrl')} />
        </Field>
        <Controller
          name="authentication"
          control={form.control}
          render={({ field }) => (
            <CredentialsFields
              kinds={props.kinds}
              value={field.value}
              onChange={field.onChange}
              errorOf={(name) => fieldError(`authentication.${name}` as 'authentication.secret')}
              tokenLabel={props.tokenLabel}
              tokenHelp={props.tokenHelp}
              keeps={other ? 'authorizationCode' : undefined}
              connect={connectParts({
                authorizations,
                value: field.value,
                connecting,
                onConnect: () => void onConnect(),
                error: fieldError('authentication.authorizationId'),
              })}
            />
          )}
        />
        {groups.supported && (
          <Controller
            name="manageGroups"
            control={form.control}
            render={({ field }) => (
              <CheckboxField
                label="Enable management of User Groups and Group Membership in this application"
                help="Associated user groups are created there and their members kept in step. Members over there that Latchkey did not add stay."
                checked={field.value}
                onCheckedChange={field.onChange}
              />
            )}
          />
        )}
        <p className="text-muted">
          {props.beginsPaused
            ? 'It begins paused: accounts are read, and nothing is sent before the migration hands them over.'
            : peopleInScope.total === 0
              ? 'Nobody is in scope yet: associate a user group on the User Groups tab.'
              : `Activating starts the first cycle: it reads the accounts in ${appName}, takes over those that match, and creates the rest of the ${peopleInScope.total.toLocaleString('en')}${peopleInScope.totalIsExact ? '' : '+'} ${peopleInScope.total === 1 ? 'person' : 'people'} in scope.`}
        </p>
        <div className="flex flex-wrap gap-2">
          <Button type="submit" variant="primary" pending={pending}>
            Activate
          </Button>
          {!props.beginsPaused && (
            <Button pending={dryRun.pending} disabled={pending} onClick={() => void form.handleSubmit(dryRun.run)()}>
              Dry run first
            </Button>
          )}
          <Button onClick={props.onCancel} disabled={pending}>
            Cancel
          </Button>
        </div>
      </div>
      <ConnectionTestCard
        test={test}
        onRun={() => void runTest()}
        write={write}
        onWriteChange={setWrite}
        manageGroups={manageGroups}
        disabled={pending}
      />
    </form>
  );
}
