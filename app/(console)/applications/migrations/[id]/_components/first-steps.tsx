'use client';

import { FormError } from '@/components/patterns/form-error';
import type { TimelineStep } from '@/components/patterns/step-timeline';
import { useAction } from '@/components/patterns/use-action';
import { Button, LinkButton, TextLink } from '@/components/ui/button';
import { links } from '@/lib/core/links';
import { activateSsoAction } from '../actions';
import { StepBack } from './step-back';
import type { StepProps } from './step-props';

/** Done when the migration began. */
export function copyStep({ move: { new: to, oldLabel, newLabel }, isHandedOver, isOver }: StepProps): TimelineStep {
  return {
    id: 'copy',
    state: 'ok',
    label: 'Copy the settings',
    message: (
      <>
        {to ? <TextLink href={links.application(to.id).overview()}>{newLabel}</TextLink> : newLabel} has the settings,
        mappings, scoping filters and typed usernames of {oldLabel}.
        {!isHandedOver &&
          !isOver &&
          (to?.letsIn
            ? ' It keeps the user groups that it was given, and sends nothing until accounts are handed over.'
            : ' It has no user groups yet: it lets nobody in and provisions nobody.')}
      </>
    ),
  };
}

/** Done on the tabs of the new instance. */
export function connectStep({ move, requiresSso, readOnly, isHandedOver }: StepProps): TimelineStep {
  const { new: to, newLabel } = move;
  const isConnected = to !== null && to.idmStatus !== 'not_configured' && to.idmStatus !== 'inactive';
  const base = { id: 'connect', label: `Connect ${newLabel}` };
  if (isHandedOver) return { ...base, state: 'ok' };
  if (isConnected) {
    return {
      ...base,
      state: 'ok',
      message: 'Tested and connected. It is paused: it is read, and nothing is sent.',
      ...(!readOnly && !move.reading ? { actions: <StepBack move={move} step="connect" /> } : {}),
    };
  }
  const needsSso = requiresSso && to?.ssoStatus !== 'active';
  return {
    ...base,
    state: 'waiting',
    message: needsSso
      ? 'The application wants SSO first: look at its values and activate it. Nobody gets in by it yet.'
      : 'Enter its base URL and token; they are tested before anything is saved. It begins paused, so that nothing is sent.',
    ...(to && !readOnly
      ? {
          actions: needsSso ? (
            <ActivateSso applicationId={to.id} />
          ) : (
            <LinkButton size="sm" variant="primary" href={links.application(to.id).identityManagement()}>
              Open its Identity Management tab
            </LinkButton>
          ),
        }
      : {}),
  };
}

function ActivateSso({ applicationId }: { applicationId: string }) {
  const activate = useAction(activateSsoAction, { success: 'SSO of the new instance is active', showError: 'inline' });
  return (
    <div className="grid gap-2">
      <FormError error={activate.error} />
      <div className="flex flex-wrap gap-2">
        <Button
          size="sm"
          variant="primary"
          pending={activate.pending}
          onClick={() => void activate.run({ applicationId })}
        >
          Activate its SSO
        </Button>
        <LinkButton size="sm" href={links.application(applicationId).sso()}>
          Open its SSO tab
        </LinkButton>
      </div>
    </div>
  );
}
