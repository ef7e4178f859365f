'use client';

import { useState } from 'react';
import { ReadOnlyNote } from '@/components/patterns/read-only-note';
import { LinkButton } from '@/components/ui/button';
import { Card, Section } from '@/components/ui/card';
import { links } from '@/lib/core/links';
import { pickSettings } from '@/lib/core/setting';
import type { IntegrationState } from '@/lib/provisioning/queries/integration-state';
import { type ActionSettings, connectionSettings } from '@/lib/provisioning/settings';
import { type AuthenticationKind, usesAccessTokens } from '@/lib/scim/authentication';
import { connectionSteps } from '@/lib/scim/connection-steps';
import { LiveCycle } from '../../provisioning/_components/live-cycle';
import { RunControls } from '../../provisioning/_components/run-controls';
import { ConnectionSettings } from './connection-settings';
import { ConnectionTestCard } from './connection-test';
import { HeldCallout, type Missing } from './held-callout';
import { ReplaceCredentials } from './replace-credentials';
import { ServerProfileTable } from './server-profile';
import { StateCallout } from './state-callout';
import { useConnectionTest } from './use-connection-test';

export interface ActiveProps {
  application: { id: string; displayLabel: string };
  integration: IntegrationState;
  tokenLabel: string;
  groupsSupported: boolean;
  kinds: readonly AuthenticationKind[];
  /** Whether a rule of the application has passwords generated. */
  generatesPasswords: boolean;
  /** How many each switch leaves out now. */
  leftOut: Record<keyof ActionSettings, number>;
  /** Where many accounts disappeared at once, and somebody is asked. */
  missing: Missing | null;
  mayWrite: boolean;
  mayRun: boolean;
  mayImport: boolean;
}

/** An active connection: its state, its settings, its last cycle. */
export function ActiveConnection(props: ActiveProps) {
  const { application, integration, mayWrite } = props;
  const [replacing, setReplacing] = useState(false);
  const [write, setWrite] = useState(false);
  const { authentication, manageGroups } = integration;
  const steps = connectionSteps({ accessTokens: usesAccessTokens(authentication), write, manageGroups });
  const test = useConnectionTest(application.id, steps, {
    ...pickSettings(connectionSettings, integration),
    tokenUpdatedAt: integration.tokenUpdatedAt,
  });
  const cycle = integration.lastCycle;
  return (
    <div className="grid gap-6">
      {!mayWrite && <ReadOnlyNote what="the connection and its settings" />}
      {props.missing ? (
        <HeldCallout
          application={application}
          integration={integration}
          missing={props.missing}
          mayWrite={mayWrite}
          mayRun={props.mayRun}
        />
      ) : (
        <StateCallout
          application={application}
          integration={integration}
          mayWrite={mayWrite}
          mayRun={props.mayRun}
          onReplace={() => setReplacing(true)}
        />
      )}
      <div className="grid gap-8 lg:grid-cols-[minmax(0,640px)_minmax(320px,1fr)]">
        <div>
          <Section title="Connection" stacked>
            <ConnectionSettings
              key={integration.version}
              applicationId={application.id}
              integration={integration}
              tokenLabel={props.tokenLabel}
              groupsSupported={props.groupsSupported}
              leftOut={props.leftOut}
              generatesPasswords={props.generatesPasswords}
              onReplace={() => setReplacing(true)}
              readOnly={!mayWrite}
            />
          </Section>
          <Section
            title="Import"
            description={`Find people who have an account in ${application.displayLabel} and are not in the directory.`}
            stacked
            actions={
              props.mayImport && (
                <LinkButton href={links.application(application.id).imports()}>Manual import</LinkButton>
              )
            }
          >
            {null}
          </Section>
          <Section
            title="What the server can do"
            description="From the template, from what the server says and has taught, or set here. The engine goes by it."
            stacked
          >
            <ServerProfileTable applicationId={application.id} integration={integration} readOnly={!mayWrite} />
          </Section>
        </div>
        <div className="grid content-start gap-4">
          <Card
            title="Provisioning"
            actions={
              <RunControls
                applicationId={application.id}
                status={integration.status}
                held={integration.heldAt !== null}
                running={cycle !== undefined && cycle.finishedAt === null}
                mayRun={props.mayRun}
                mayPause={mayWrite}
              />
            }
          >
            <LiveCycle cycle={cycle} nextCycleAt={integration.nextCycleAt} />
          </Card>
          {mayWrite && (
            <ConnectionTestCard
              test={test}
              onRun={() => void test.run({ baseUrl: integration.baseUrl, ...(write ? { write, manageGroups } : {}) })}
              write={write}
              onWriteChange={setWrite}
              manageGroups={manageGroups}
            />
          )}
        </div>
      </div>
      {replacing && (
        <ReplaceCredentials
          applicationId={application.id}
          version={integration.version}
          authentication={integration.authentication}
          kinds={props.kinds}
          tokenLabel={props.tokenLabel}
          onClose={() => setReplacing(false)}
        />
      )}
    </div>
  );
}
