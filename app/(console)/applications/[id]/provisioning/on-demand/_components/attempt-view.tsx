'use client';

import { ChangedValues } from '@/components/patterns/changed-values';
import { ExchangeBlocks } from '@/components/patterns/exchange-blocks';
import { AbsoluteTime } from '@/components/patterns/relative-time';
import { StepTimeline } from '@/components/patterns/step-timeline';
import { LinkButton, TextLink } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Card } from '@/components/ui/card';
import { links } from '@/lib/core/links';
import type { AttemptStep } from '@/lib/provisioning/on-demand/steps';
import type { Attempt } from '@/lib/provisioning/queries/attempt';
import { ProvisionNow } from './on-demand-preview';
import { useAttempt } from './use-attempt';

const labels: Readonly<Record<AttemptStep['name'], string>> = {
  connection: 'Connection',
  find: 'Find',
  scope: 'In scope?',
  match: 'Match',
  action: 'Action',
};

/** The five steps of an attempt, as they happen or as they were. */
export function AttemptView({ appName, attempt, mayRun }: { appName: string; attempt: Attempt; mayRun: boolean }) {
  const { attempt: live, isLost } = useAttempt(attempt);
  const { subject, applicationId, cycleId } = live;
  const application = links.application(applicationId);
  return (
    <Card
      title={subject.name}
      description={
        <>
          {live.startedByName ? `On demand, by ${live.startedByName}` : 'By a cycle or a change'} ·{' '}
          <AbsoluteTime at={live.startedAt} seconds />
          {' · '}
          {live.final ? `As it was. This address shows it again.` : 'Under way'}
        </>
      }
      actions={
        <>
          {live.held && (
            <LinkButton size="sm" href={application.held()}>
              Held operations
            </LinkButton>
          )}
          {mayRun && live.final && <ProvisionNow applicationId={applicationId} subject={subject} again />}
        </>
      }
    >
      <div className="grid gap-4">
        {isLost && (
          <Callout kind="warning" title="The progress cannot be read just now">
            The attempt goes on. This page asks again by itself.
          </Callout>
        )}
        <StepTimeline
          label="Steps"
          steps={live.steps.map((step) => ({
            id: step.name,
            state: step.state,
            label: labels[step.name],
            durationMs: durationOf(step),
            message: step.words,
            hint: step.hint,
            details: hasDetails(step) ? <Details step={step} /> : undefined,
            open: step.name === 'action',
          }))}
        />
        <p className="flex flex-wrap gap-x-4 border-line border-t pt-3">
          <TextLink href={subject.type === 'user' ? application.assignment(subject.id) : links.group(subject.id)}>
            {subject.type === 'user' ? `The account in ${appName}` : 'The user group'}
          </TextLink>
          {cycleId && <TextLink href={application.cycle(cycleId)}>The cycle</TextLink>}
        </p>
      </div>
    </Card>
  );
}

const hasDetails = ({ exchanges, changes }: AttemptStep) => exchanges.length + Object.keys(changes).length > 0;

function durationOf({ exchanges }: AttemptStep): number | undefined {
  const known = exchanges.flatMap(({ durationMs }) => durationMs ?? []);
  return known.length > 0 ? known.reduce((sum, ms) => sum + ms, 0) : undefined;
}

function Details({ step: { name, changes, exchanges } }: { step: AttemptStep }) {
  return (
    <div className="grid gap-3">
      <ChangedValues label={`${labels[name]}: values`} changes={changes} />
      {exchanges.map((exchange, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: what was kept is only ever added to.
        <ExchangeBlocks key={index} exchange={exchange} />
      ))}
    </div>
  );
}
