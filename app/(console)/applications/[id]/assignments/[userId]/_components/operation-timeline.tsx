import { ChangedValues } from '@/components/patterns/changed-values';
import { ExchangeBlocks } from '@/components/patterns/exchange-blocks';
import { AbsoluteTime } from '@/components/patterns/relative-time';
import { StepTimeline, type TimelineStep } from '@/components/patterns/step-timeline';
import { TextLink } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { links } from '@/lib/core/links';
import { isOneOf, operationStatesThat } from '@/lib/core/states';
import { confirmedWords } from '@/lib/provisioning/on-demand/schema';
import type { OperationEntry } from '@/lib/provisioning/queries/link-detail';

const words: Record<OperationEntry['action'], string> = {
  lookup: 'Look up the account',
  create: 'Create the account',
  update: 'Update the account',
  deactivate: 'Deactivate the account',
  reactivate: 'Reactivate the account',
  delete: 'Delete the account',
};

const states: Record<OperationEntry['state'], TimelineStep['state']> = {
  intent: 'running',
  succeeded: 'ok',
  failed: 'error',
  unknown: 'warning',
  held: 'waiting',
  allowed: 'waiting',
  rejected: 'skipped',
  withdrawn: 'skipped',
};

/** What there is to say of an attempt that has not been made, or whose answer nobody saw. */
const notes: Partial<Record<OperationEntry['state'], string>> = {
  unknown: 'The answer was lost: it is looked up before anything is repeated.',
  held: 'Held: it is sent once somebody allows it.',
  allowed: 'Allowed: it is about to be sent.',
  rejected: 'Rejected: nothing was sent, and the account stays as it is.',
  withdrawn: 'It was held, and is not planned any more: nothing was sent.',
};

/** Who was first to change what. */
function driftNote({ action, changes }: OperationEntry): string {
  if (action === 'create') return 'The account was deleted in the application, and nobody changed the person here.';
  const theirs = Object.entries(changes).flatMap(([path, { drift }]) => (drift ? [path] : []));
  return `Changed in the application, and not here: ${theirs.join(', ')}.`;
}

/** Every attempt on this account, the latest first: values before and after, request and response. */
export function OperationTimeline({
  applicationId,
  appName,
  operations,
}: {
  applicationId: string;
  appName: string;
  operations: readonly OperationEntry[];
}) {
  if (operations.length === 0) {
    return (
      <div className="rounded-lg border border-line bg-surface">
        <EmptyState title="No attempts yet">
          Whenever something is sent to {appName} for this person, the request and its answer are kept here.
        </EmptyState>
      </div>
    );
  }
  return (
    <Card title="Attempts" description="The latest first. Secrets are left out.">
      <StepTimeline
        label="Attempts"
        steps={operations.map((operation) => ({
          id: operation.id,
          label: operation.drift ? `${words[operation.action]}: drift` : words[operation.action],
          state: states[operation.state],
          ...(operation.durationMs === null ? {} : { durationMs: operation.durationMs }),
          message: (
            <>
              <AbsoluteTime at={operation.createdAt} seconds />
              {operation.drift && <span className="block">{driftNote(operation)}</span>}
              {operation.error && <span className="block">{operation.error.message}</span>}
              {operation.confirmed && <span className="block">{confirmedWords}.</span>}
              {notes[operation.state] && <span className="block">{notes[operation.state]}</span>}
            </>
          ),
          details: <Details operation={operation} applicationId={applicationId} />,
        }))}
      />
    </Card>
  );
}

function Details({ operation, applicationId }: { operation: OperationEntry; applicationId: string }) {
  const { changes, exchange, cycleId } = operation;
  const application = links.application(applicationId);
  return (
    <div className="grid gap-3">
      <ChangedValues label="Values" changes={changes} />
      {exchange ? (
        <ExchangeBlocks exchange={exchange} />
      ) : (
        isOneOf(operationStatesThat.wereSent, operation.state) && (
          <p className="text-muted">Request and response are not kept any more.</p>
        )
      )}
      <p className="flex flex-wrap gap-x-4">
        <TextLink href={application.onDemand({ attempt: operation.id })}>Step by step</TextLink>
        {cycleId && <TextLink href={application.cycle(cycleId)}>Open the cycle</TextLink>}
      </p>
    </div>
  );
}
