'use client';

import { useState } from 'react';
import { LinkButton } from '@/components/ui/button';
import { Card, Section } from '@/components/ui/card';
import { links } from '@/lib/core/links';
import { pickSettings } from '@/lib/core/setting';
import type { Authorizations } from '@/lib/provisioning/authorization/queries';
import type { IntegrationState } from '@/lib/provisioning/queries/integration-state';
import { connectionSettings } from '@/lib/provisioning/settings';
import { type AuthenticationKind, usesAccessTokens } from '@/lib/scim/authentication';
import { connectionSteps } from '@/lib/scim/connection-steps';
import { LiveCycle } from '../../provisioning/_components/live-cycle';
import { RunControls } from '../../provisioning/_components/run-controls';
import { ConnectionTestCard } from './connection-test';
import { CredentialsSet } from './credentials-set';
import { PartSettings } from './part-settings';
import { ReplaceCredentials } from './replace-credentials';
import { useConnectionTest } from './use-connection-test';

export interface ActiveProps {
  application: { id: string; displayLabel: string };
  integration: IntegrationState;
  authorizations: Authorizations;
  tokenLabel: string;
  groupsSupported: boolean;
  kinds: readonly AuthenticationKind[];
  /** Whether a rule of the application has passwords generated. */
  generatesPasswords: boolean;
  mayWrite: boolean;
  mayRun: boolean;
  mayImport: boolean;
}

/** How the application is reached, its last cycle, and the test. */
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
  const own = {
    ...(props.groupsSupported ? {} : { manageGroups: null }),
    ...(props.generatesPasswords ? {} : { generatedPasswordLength: null }),
  };
  return (
    <div className="grid gap-8 @4xl:grid-cols-[minmax(0,640px)_minmax(280px,1fr)]">
      <div>
        <PartSettings
          key={integration.version}
          applicationId={application.id}
          integration={integration}
          part="connection"
          own={own}
          after={{
            baseUrl: (
              <CredentialsSet
                integration={integration}
                authorization={props.authorizations.used}
                tokenLabel={props.tokenLabel}
                onReplace={() => setReplacing(true)}
                readOnly={!mayWrite}
              />
            ),
          }}
          readOnly={!mayWrite}
        />
        <Section
          title="Import"
          description={`Find people who have an account in ${application.displayLabel} and are not in the directory.`}
          className="mt-6"
          stacked
          actions={
            props.mayImport && <LinkButton href={links.application(application.id).imports()}>Manual import</LinkButton>
          }
        >
          {null}
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
      {replacing && (
        <ReplaceCredentials
          applicationId={application.id}
          version={integration.version}
          authentication={integration.authentication}
          kinds={props.kinds}
          tokenLabel={props.tokenLabel}
          authorizations={props.authorizations}
          onClose={() => setReplacing(false)}
        />
      )}
    </div>
  );
}
