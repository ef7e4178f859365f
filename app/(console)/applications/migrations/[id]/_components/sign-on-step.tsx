'use client';

import { Download } from 'lucide-react';
import { useState } from 'react';
import { CopyField } from '@/components/patterns/copy-field';
import { FormError } from '@/components/patterns/form-error';
import type { TimelineStep } from '@/components/patterns/step-timeline';
import { useAction } from '@/components/patterns/use-action';
import { AlertDialog } from '@/components/ui/alert-dialog';
import { Button, buttonStyle, TextLink } from '@/components/ui/button';
import { links } from '@/lib/core/links';
import { isOneOf, moveStagesThat } from '@/lib/core/states';
import { signOverMigrationAction } from '../actions';
import { StepBack } from './step-back';
import type { StepProps } from './step-props';

/** The service provider goes by the new metadata; then the old instance signs nobody in any more. */
export function signOnStep(props: StepProps): TimelineStep {
  const { move, readOnly, addresses } = props;
  const { oldLabel, newLabel } = move;
  const base = { id: 'sign-on', label: 'Move sign-on' };
  if (isOneOf(moveStagesThat.haveSignedOver, move.stage)) {
    return {
      ...base,
      state: 'ok',
      message: `People sign in through ${newLabel}.`,
      ...(move.stage === 'signed_over' && !readOnly ? { actions: <StepBack move={move} step="sign_on" /> } : {}),
    };
  }
  return {
    ...base,
    state: 'waiting',
    message: `Over there, replace the identity provider by the metadata of ${newLabel}. Until you move sign-on, both instances answer.`,
    ...(move.stage === 'handed_over' && addresses && !readOnly
      ? { actions: <SignOn {...props} addresses={addresses} oldLabel={oldLabel} /> }
      : {}),
  };
}

function SignOn({
  move,
  addresses,
  oldLabel,
}: StepProps & { addresses: NonNullable<StepProps['addresses']>; oldLabel: string }) {
  const [open, setOpen] = useState(false);
  const { id, new: to, newLabel } = move;
  const isReady = to?.ssoStatus === 'active';
  const signOver = useAction(signOverMigrationAction, {
    success: 'Sign-on was moved',
    showError: 'inline',
    onSuccess: () => setOpen(false),
  });
  return (
    <div className="grid gap-3 text-ink">
      {!isReady && to && (
        <p>
          SSO of {newLabel} is activated when you move sign-on. To try it before,{' '}
          <TextLink href={links.application(to.id).sso()}>activate it on its SSO tab</TextLink>.
        </p>
      )}
      <CopyField label="IdP URL" value={addresses.idpUrl} />
      <CopyField label="Metadata URL" value={addresses.metadataUrl} />
      <div className="flex flex-wrap gap-2">
        <Button size="sm" variant="primary" onClick={() => setOpen(true)}>
          Move sign-on
        </Button>
        {/* A plain link: the browser saves the file and stays here. */}
        <a
          href={`${new URL(addresses.metadataUrl).pathname}?download`}
          download
          className={buttonStyle({ size: 'sm' })}
        >
          <Download aria-hidden /> Export metadata
        </a>
      </div>
      <AlertDialog
        open={open}
        onOpenChange={(next) => {
          signOver.clearError();
          setOpen(next);
        }}
        title={`Move sign-on to ${newLabel}?`}
        description={`SSO of ${oldLabel} is deactivated: its tile goes, and whoever starts at an application that still goes by its metadata is refused. It can be taken back.`}
        confirmLabel="Move sign-on"
        pending={signOver.pending}
        onConfirm={() => void signOver.run({ moveId: id })}
      >
        <FormError error={signOver.error} />
      </AlertDialog>
    </div>
  );
}
