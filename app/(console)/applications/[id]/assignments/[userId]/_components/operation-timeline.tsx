import { DiffTable } from '@/components/patterns/diff-table';
import { AbsoluteTime } from '@/components/patterns/relative-time';
import { StepTimeline, type TimelineStep } from '@/components/patterns/step-timeline';
import { TextLink } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { CodeBlock } from '@/components/ui/code-block';
import { EmptyState } from '@/components/ui/empty-state';
import { links } from '@/lib/core/links';
import { isOneOf, operationStatesThat } from '@/lib/core/states';
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
          label: words[operation.action],
          state: states[operation.state],
          ...(operation.durationMs === null ? {} : { durationMs: operation.durationMs }),
          message: (
            <>
              <AbsoluteTime at={operation.createdAt} seconds />
              {operation.error && <span className="block">{operation.error.message}</span>}
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
  const rows = Object.entries(changes).map(([name, { from, to }]) => ({
    name,
    before: text(from),
    after: text(to),
    changed: true,
  }));
  return (
    <div className="grid gap-3">
      {rows.length > 0 && <DiffTable label="Values" rows={rows} />}
      {exchange ? (
        <>
          <CodeBlock
            label={`Request: ${exchange.method} ${exchange.url}`}
            code={pretty(exchange.requestBody) || 'No body'}
            wrap
          />
          <CodeBlock
            label={exchange.status === null ? 'No response' : `Response: ${exchange.status}`}
            code={pretty(exchange.responseBody) || 'No body'}
            wrap
          />
        </>
      ) : (
        isOneOf(operationStatesThat.wereSent, operation.state) && (
          <p className="text-muted">Request and response are not kept any more.</p>
        )
      )}
      {cycleId && (
        <TextLink href={links.application(applicationId).cycle(cycleId)} className="w-fit">
          Open the cycle
        </TextLink>
      )}
    </div>
  );
}

function text(value: unknown): string | undefined {
  if (value === null || value === undefined || value === '') return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** JSON indented; what is not JSON (an error page) as it came. */
function pretty(body: string | null): string {
  if (!body) return '';
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
