'use client';

import { useState } from 'react';
import { AbsoluteTime, RelativeTime } from '@/components/patterns/relative-time';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import type { Authorizations } from '@/lib/provisioning/authorization/queries';
import type { IntegrationState } from '@/lib/provisioning/queries/integration-state';
import { runLeavesQuarantine } from '@/lib/provisioning/schema';
import type { AuthenticationKind } from '@/lib/scim/authentication';
import { runCycleNowAction } from '../../provisioning/actions';
import { resumeIntegrationAction } from '../actions';
import { Reconnect } from './reconnect';
import { ReplaceCredentials } from './replace-credentials';

/** Why nothing is sent at present, and how to go on: quarantined, paused, resting. */
export function StateCallout({
  application,
  integration,
  mayWrite,
  mayRun,
  kinds,
  tokenLabel,
  authorizations,
}: {
  application: { id: string; displayLabel: string };
  integration: IntegrationState;
  mayWrite: boolean;
  mayRun: boolean;
  kinds: readonly AuthenticationKind[];
  tokenLabel: string;
  authorizations: Authorizations;
}) {
  const [replacing, setReplacing] = useState(false);
  const { status, quarantineReason, quarantinedAt, schedule, restingUntil } = integration;
  const input = { applicationId: application.id };
  const tryNow = useAction(runCycleNowAction, { success: 'Trying again' });
  const resume = useAction(resumeIntegrationAction, { success: 'Provisioning resumed' });
  if (status === 'quarantined') {
    return (
      <Callout
        kind="error"
        title="The connection is quarantined: nothing is sent"
        actions={
          <>
            {mayWrite && authorizations.used && (
              <Reconnect
                applicationId={application.id}
                authorization={authorizations.used}
                size="sm"
                variant="primary"
              />
            )}
            {mayWrite && (
              <Button
                size="sm"
                variant={authorizations.used ? 'secondary' : 'primary'}
                onClick={() => setReplacing(true)}
              >
                Replace credentials
              </Button>
            )}
            {mayRun && (
              <Button size="sm" pending={tryNow.pending} onClick={() => void tryNow.run(input)}>
                Try now
              </Button>
            )}
          </>
        }
      >
        <p className="break-words">{quarantineReason}</p>
        <p className="text-muted">
          Since <RelativeTime at={quarantinedAt} />.{' '}
          {schedule && (
            <>
              Next try <RelativeTime tense="future" at={schedule.nextTryAt} /> ({ordinal(schedule.attempt)} of{' '}
              {schedule.attempts}), switched off on <AbsoluteTime at={schedule.endsAt} /> unless it works by then.{' '}
            </>
          )}
          {mayWrite
            ? 'Replace the credentials if they were revoked or have expired; otherwise mend the address or the application, then try now.'
            : 'Where the application itself was the cause and is well again, try now. The credentials and the address are for an administrator.'}{' '}
          Changes made meanwhile are kept and sent afterwards.
        </p>
        {mayRun && <p className="text-muted">Try now: {runLeavesQuarantine}</p>}
        {replacing && (
          <ReplaceCredentials
            applicationId={application.id}
            version={integration.version}
            authentication={integration.authentication}
            kinds={kinds}
            tokenLabel={tokenLabel}
            authorizations={authorizations}
            onClose={() => setReplacing(false)}
          />
        )}
      </Callout>
    );
  }
  if (status === 'paused') {
    return (
      <Callout
        kind="warning"
        title="Provisioning is paused"
        actions={
          mayWrite && (
            <Button size="sm" variant="primary" pending={resume.pending} onClick={() => void resume.run(input)}>
              Resume
            </Button>
          )
        }
      >
        Nothing is sent to {application.displayLabel}. What changes meanwhile is caught up with by a full cycle.
      </Callout>
    );
  }
  if (restingUntil) {
    return (
      <Callout title={`${application.displayLabel} is being given a rest`}>
        It could not be reached, or asked to wait. It is tried again <RelativeTime tense="future" at={restingUntil} />.
      </Callout>
    );
  }
  return null;
}

function ordinal(count: number): string {
  const ending = { one: 'st', two: 'nd', few: 'rd' } as Readonly<Record<string, string>>;
  return `${count}${ending[new Intl.PluralRules('en', { type: 'ordinal' }).select(count)] ?? 'th'}`;
}
