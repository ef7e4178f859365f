'use client';

import { useRouter } from 'next/navigation';
import { ChangedValues } from '@/components/patterns/changed-values';
import { useAction } from '@/components/patterns/use-action';
import { Button, TextLink } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Card } from '@/components/ui/card';
import { CodeBlock } from '@/components/ui/code-block';
import { links } from '@/lib/core/links';
import type { OnDemandPreview as Preview } from '@/lib/provisioning/on-demand/preview-on-demand';
import type { PlannedLink } from '@/lib/provisioning/plan/planned-link';
import { provisionOnDemandAction } from '../../actions';

/** What would be sent, and the button that sends it. */
export function OnDemandPreview({
  applicationId,
  appName,
  preview: { plan, next },
  mayRun,
}: {
  applicationId: string;
  appName: string;
  preview: Preview;
  mayRun: boolean;
}) {
  const { subject, request, reason } = plan;
  const application = links.application(applicationId);
  return (
    <Card
      title={subject.name}
      description="What would be done, by what was last read. Nothing has been sent."
      actions={
        <>
          <TextLink href={subject.type === 'user' ? application.assignment(subject.id) : links.group(subject.id)}>
            {subject.type === 'user' ? 'Open the account' : 'Open the user group'}
          </TextLink>
          {mayRun && <ProvisionNow applicationId={applicationId} subject={subject} />}
        </>
      }
    >
      <div className="grid gap-4">
        {reason ? (
          <Callout kind={next.action === 'skip' ? 'error' : 'warning'} title={reason.message}>
            {reason.hint}
          </Callout>
        ) : (
          <p className="font-medium">{next.words}</p>
        )}
        {!reason && next.hint && <p className="text-muted">{next.hint}</p>}
        <ChangedValues
          label="Attributes"
          changes={next.changes}
          beforeHeader={`In ${appName}`}
          afterHeader="Would be"
        />
        {request && (
          <CodeBlock
            label={`${request.method} ${request.path}`}
            code={request.body === null ? 'No body' : JSON.stringify(request.body, null, 2)}
            wrap
            maxHeight={420}
          />
        )}
        {plan.knownBy === 'nothing' && plan.action === 'create' && (
          <p className="text-muted">
            {appName} is searched first: if the {subject.type === 'user' ? 'account' : 'group'} is there already, it is
            taken over instead.
          </p>
        )}
      </div>
    </Card>
  );
}

/** Starts an attempt, or opens the one that is under way. */
export function ProvisionNow({
  applicationId,
  subject,
  again = false,
}: {
  applicationId: string;
  subject: PlannedLink['subject'];
  again?: boolean;
}) {
  const router = useRouter();
  const start = useAction(provisionOnDemandAction, {
    onSuccess: ({ id }) => router.push(links.application(applicationId).onDemand({ attempt: id })),
  });
  return (
    <Button
      variant={again ? 'secondary' : 'primary'}
      size="sm"
      pending={start.pending}
      onClick={() => void start.run({ applicationId, subject: subject.type, subjectId: subject.id })}
    >
      {again ? 'Provision again' : 'Provision now'}
    </Button>
  );
}
