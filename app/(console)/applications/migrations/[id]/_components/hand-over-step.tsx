'use client';

import { useState } from 'react';
import { FormError } from '@/components/patterns/form-error';
import type { TimelineStep } from '@/components/patterns/step-timeline';
import { useAction } from '@/components/patterns/use-action';
import { AlertDialog } from '@/components/ui/alert-dialog';
import { Button, TextLink } from '@/components/ui/button';
import { links } from '@/lib/core/links';
import { handOverMigrationAction } from '../actions';
import { count } from './compare-step';
import { StepBack } from './step-back';
import type { StepProps } from './step-props';

/** Links and user groups become the new instance's. */
export function handOverStep(props: StepProps): TimelineStep {
  const { move, isHandedOver, readOnly } = props;
  const { comparison, movesAccounts, new: to, oldLabel, newLabel } = move;
  const base = {
    id: 'hand-over',
    label: movesAccounts ? 'Hand over accounts and user groups' : 'Hand over user groups',
  };
  if (isHandedOver) {
    const words = movesAccounts ? `${count(move.links, 'account')} handed over. ` : '';
    const isLast = move.stage === 'handed_over' && !readOnly;
    const back = isLast ? { actions: <StepBack move={move} step="hand_over" /> } : {};
    if (!movesAccounts || move.stage === 'finished') {
      return {
        ...base,
        state: 'ok',
        message: words || `${newLabel} has the user groups and assigned people of ${oldLabel}.`,
        ...back,
      };
    }
    return {
      ...base,
      state: move.isCatchingUp ? 'running' : 'ok',
      message: (
        <>
          {words}
          {oldLabel} is paused, and {newLabel} {move.isCatchingUp ? 'catches up by a full cycle.' : 'provisions.'}{' '}
          {to && <TextLink href={links.application(to.id).provisioning()}>See its cycles</TextLink>}
        </>
      ),
      ...back,
    };
  }
  const mayHandOver = !readOnly && (!movesAccounts || comparison?.undecided.count === 0);
  return {
    ...base,
    state: 'waiting',
    message: movesAccounts
      ? `In one go: ${oldLabel} is paused, and ${newLabel} gets its accounts, user groups and assigned people.`
      : `${newLabel} gets the user groups and assigned people of ${oldLabel}.`,
    ...(mayHandOver ? { actions: <HandOver {...props} /> } : {}),
  };
}

function HandOver({ move }: StepProps) {
  const { id, comparison, oldLabel, newLabel, movesAccounts } = move;
  const [open, setOpen] = useState(false);
  const handOver = useAction(handOverMigrationAction, {
    success: 'Handed over',
    showError: 'inline',
    onSuccess: () => setOpen(false),
  });
  return (
    <>
      <Button size="sm" variant="primary" onClick={() => setOpen(true)}>
        {comparison ? `Hand over ${count(comparison.there.count, 'account')}` : 'Hand over user groups'}
      </Button>
      <AlertDialog
        open={open}
        onOpenChange={(next) => {
          handOver.clearError();
          setOpen(next);
        }}
        title={`Hand over to ${newLabel}?`}
        description={
          movesAccounts
            ? `${oldLabel} sends nothing from then on. You can take it back as long as the migration is not finished.`
            : 'People have access to both instances until sign-on has moved.'
        }
        confirmLabel="Hand over"
        pending={handOver.pending}
        onConfirm={() => void handOver.run({ moveId: id })}
      >
        <FormError error={handOver.error} />
        {comparison && (
          <ul className="grid list-disc gap-1 pl-4 text-sm marker:text-muted">
            <li>
              {newLabel} goes on with {count(comparison.there.count, 'account')}; what differs from the directory there
              is updated.
            </li>
            <li>Nobody is deactivated.</li>
            {comparison.missing.count > 0 && (
              <li>
                Of {comparison.missing.count.toLocaleString('en')} people without an account there, those in scope get
                one.
              </li>
            )}
          </ul>
        )}
      </AlertDialog>
    </>
  );
}
