'use client';

import type { TimelineStep } from '@/components/patterns/step-timeline';
import { useAction } from '@/components/patterns/use-action';
import { Button, LinkButton, TextLink } from '@/components/ui/button';
import { links } from '@/lib/core/links';
import type { ComparedAs, Comparison } from '@/lib/moves/schema';
import { compareMigrationAction } from '../actions';
import { comparedWords } from './compared-words';
import { StepBack } from './step-back';
import type { StepProps } from './step-props';

/** Who is there, who is missing, and of whom somebody has to choose. */
export function compareStep(props: StepProps): TimelineStep {
  const { move, isHandedOver, readOnly } = props;
  const { reading, comparison, new: to } = move;
  const base = { id: 'compare', label: 'Compare accounts' };
  if (isHandedOver) return { ...base, state: 'ok', message: `${count(move.links, 'account')} found.` };
  if (reading?.state === 'fetching') {
    const back = readOnly ? {} : { actions: <StepBack move={move} step="compare" /> };
    return { ...base, state: 'running', message: `${count(reading.fetched, 'account')} read.`, ...back };
  }
  const isConnected = to?.idmStatus === 'paused';
  const actions = !readOnly && isConnected && <CompareActions {...props} />;
  if (reading?.error) return { ...base, state: 'error', message: reading.error, actions };
  if (!comparison) {
    return {
      ...base,
      state: 'waiting',
      message: 'Its accounts are read and matched with people by the matching attributes. Nothing is sent.',
      actions,
    };
  }
  return {
    ...base,
    state: comparison.undecided.count > 0 ? 'warning' : 'ok',
    message: move.isSameServer
      ? 'Both instances lead to the same server: accounts are known by their IDs.'
      : 'Matched by the matching attributes, as an import does.',
    actions: (
      <div className="grid gap-3">
        <Counts comparison={comparison} move={move} />
        {actions}
      </div>
    ),
  };
}

const kinds: Readonly<Record<ComparedAs, { words: (newLabel: string) => string }>> = {
  there: { words: () => 'Their accounts are handed over as they are.' },
  undecided: { words: () => 'Several fit, or the name is another one: choose first.' },
  missing: {
    words: (newLabel) => `Those in scope get one in ${newLabel} after the hand-over.`,
  },
};

function Counts({ comparison, move: { id, newLabel } }: { comparison: Comparison; move: StepProps['move'] }) {
  return (
    <dl className="grid gap-2 sm:grid-cols-3">
      {(Object.keys(kinds) as ComparedAs[]).map((kind) => {
        const { count: people, names } = comparison[kind];
        return (
          <div key={kind} className="grid content-start gap-0.5 rounded-md border border-line px-3 py-2">
            <dt className="text-muted text-xs">{comparedWords[kind]}</dt>
            <dd className="font-semibold text-base text-ink tabular-nums">{people.toLocaleString('en')}</dd>
            {people > 0 && (
              <dd className="text-muted text-xs">
                {kinds[kind].words(newLabel)}{' '}
                <details className="mt-1">
                  <summary className="w-fit cursor-pointer rounded-sm text-accent-text hover:underline">Who</summary>
                  {names.join(', ')}
                  {people > names.length && ` and ${(people - names.length).toLocaleString('en')} more`}
                </details>
                <TextLink href={links.migrationAccounts(id, { as: kind })}>See all</TextLink>
              </dd>
            )}
          </div>
        );
      })}
    </dl>
  );
}

function CompareActions({ move }: StepProps) {
  const { id, comparison, reading, new: to } = move;
  const compare = useAction(compareMigrationAction);
  return (
    <div className="flex flex-wrap gap-2">
      {comparison && comparison.undecided.count > 0 && to && reading && (
        <LinkButton
          size="sm"
          variant="primary"
          href={links.application(to.id).import(reading.importId, { decision: 'undecided' })}
        >
          Choose on the Import tab
        </LinkButton>
      )}
      <Button
        size="sm"
        variant={comparison ? 'secondary' : 'primary'}
        pending={compare.pending}
        onClick={() => void compare.run({ moveId: id })}
      >
        {comparison ? 'Compare again' : 'Compare accounts'}
      </Button>
      {reading && <StepBack move={move} step="compare" />}
    </div>
  );
}

/** "1 account", "1,000 accounts". */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}
