'use client';

import { StepTimeline, type TimelineStep } from '@/components/patterns/step-timeline';
import { Callout } from '@/components/ui/callout';
import { Card } from '@/components/ui/card';
import { isOneOf, moveStagesThat } from '@/lib/core/states';
import type { Move } from '@/lib/moves/queries';
import { BackOut } from './back-out';
import { compareStep } from './compare-step';
import { connectStep, copyStep } from './first-steps';
import { handOverStep } from './hand-over-step';
import { retireStep } from './retire-step';
import { signOnStep } from './sign-on-step';
import type { StepProps } from './step-props';
import { useMove } from './use-move';

/** The steps of a migration with what is done in each, and the way out. */
export function MigrationView({
  move: found,
  ...props
}: Pick<StepProps, 'addresses' | 'requiresSso' | 'readOnly'> & { move: Move }) {
  const move = useMove(found);
  const isOver = !isOneOf(moveStagesThat.areOpen, move.stage);
  const isHandedOver = move.stage === 'finished' || isOneOf(moveStagesThat.haveHandedOver, move.stage);
  const step: StepProps = { ...props, readOnly: props.readOnly || isOver, move, isOver, isHandedOver };
  const steps: TimelineStep[] = [copyStep(step)];
  if (move.movesAccounts) steps.push(connectStep(step), compareStep(step));
  steps.push(handOverStep(step));
  if (move.movesSignOn) steps.push(signOnStep(step));
  steps.push(retireStep(step));
  return (
    <>
      {move.stage === 'backed_out' && (
        <Callout title="You backed out of this migration">
          {move.oldLabel} goes on as before. {move.newLabel} {move.new ? 'is deactivated.' : 'was deleted.'}
        </Callout>
      )}
      <Card>
        <StepTimeline label="Steps of the migration" steps={steps} />
      </Card>
      {!step.readOnly && <BackOut move={move} />}
    </>
  );
}
