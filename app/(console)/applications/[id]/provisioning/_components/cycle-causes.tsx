'use client';

import { useAction } from '@/components/patterns/use-action';
import { useUrlState } from '@/components/patterns/use-url-state';
import { Button, LinkButton } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { Code } from '@/components/ui/code-block';
import { Status, type Tone } from '@/components/ui/status';
import { links } from '@/lib/core/links';
import type { CycleCause } from '@/lib/provisioning/queries/cycle-causes';
import type { CycleSummary } from '@/lib/provisioning/queries/cycles';
import { retryCauseAction } from '../actions';

const outcomes: Readonly<Record<CycleCause['outcome'], { tone: Tone; word: string }>> = {
  error: { tone: 'error', word: 'Failed' },
  skip: { tone: 'inactive', word: 'Skipped' },
  held: { tone: 'attention', word: 'Held' },
};

/** Why it did not go well, each reason once: how to mend it, who it is, and another try for all of them. */
export function CycleCauses({
  cycle,
  causes,
  mayRun,
}: {
  cycle: Pick<CycleSummary, 'id' | 'applicationId'>;
  causes: readonly CycleCause[];
  mayRun: boolean;
}) {
  if (causes.length === 0) return null;
  return (
    <Card title="Causes" description="What failed, was skipped or is held, by its reason." flush>
      <ul aria-label="Causes" className="divide-y divide-line border-line border-t">
        {causes.map((cause) => (
          <Cause key={cause.cause} cycle={cycle} cause={cause} mayRun={mayRun} />
        ))}
      </ul>
    </Card>
  );
}

function Cause({
  cycle,
  cause,
  mayRun,
}: {
  cycle: Pick<CycleSummary, 'id' | 'applicationId'>;
  cause: CycleCause;
  mayRun: boolean;
}) {
  const url = useUrlState();
  const retry = useAction(retryCauseAction, {
    success: ({ changed = 0 }) => `${changed.toLocaleString('en')} ${changed === 1 ? 'is' : 'are'} tried again`,
  });
  const { tone, word } = outcomes[cause.outcome];
  const isShown = url.get('cause') === cause.cause;
  const more = cause.countIsExact ? '' : '+';
  const words = cause.words || cause.code;
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2 px-4 py-3">
      <div className="grid min-w-0 flex-1 basis-80 gap-1">
        <p className="break-words font-medium">
          <span className="tabular-nums">{`${cause.count.toLocaleString('en')}${more} × `}</span>
          {words}
        </p>
        {cause.fix && (
          <p className="text-muted">
            <span className="font-medium text-ink">How to fix: </span>
            {cause.fix}
          </p>
        )}
        <p className="flex flex-wrap items-center gap-x-3 text-muted text-xs">
          <Status tone={tone}>{word}</Status>
          {cause.outcome !== 'held' && <Code>{cause.code}</Code>}
        </p>
      </div>
      <div className="flex shrink-0 items-center gap-2">
        {cause.outcome === 'held' && (
          <LinkButton size="sm" href={links.application(cycle.applicationId).held()}>
            Decide
          </LinkButton>
        )}
        {mayRun && cause.retryable > 0 && (
          <Button
            size="sm"
            pending={retry.pending}
            aria-label={`Retry ${cause.retryable}${more}: ${words}`}
            onClick={() => void retry.run({ cycleId: cycle.id, cause: cause.cause })}
          >
            {`Retry ${cause.retryable.toLocaleString('en')}${more}`}
          </Button>
        )}
        <Button
          size="sm"
          aria-pressed={isShown}
          aria-label={`Show: ${words}`}
          onClick={() => url.set({ cause: isShown ? undefined : cause.cause, outcome: undefined, cursor: undefined })}
        >
          {isShown ? 'Show all' : 'Show'}
        </Button>
      </div>
    </li>
  );
}
