'use client';

import { useState } from 'react';
import { FormError } from '@/components/patterns/form-error';
import { useAction } from '@/components/patterns/use-action';
import { AlertDialog } from '@/components/ui/alert-dialog';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import type { Explanation, FixView } from '@/lib/sso/failed-sign-ins/explanation';
import { activateForSignInAction, assignForSignInAction, mendSignInAction } from '../actions';

interface Props {
  explanation: Explanation;
  reference: string;
  applicationId: string | null;
  person: { id: string } | null;
  /** Of the SSO settings. */
  version: number;
  mayWrite: boolean;
  mayAssign: boolean;
}

/** Why it failed, and the buttons that mend it: each says first what it does, and shows what it would trust. */
export function Mend({ explanation, mayWrite, mayAssign, ...rest }: Props) {
  const [asked, setAsked] = useState<FixView>();
  const { cause, advice, mended, fixes } = explanation;
  const offered = fixes.filter(({ fix }) => (fix === 'assign' ? mayAssign : mayWrite));
  return (
    <Callout
      kind={mended ? 'ok' : 'error'}
      title={<span className="wrap-anywhere">{cause}</span>}
      actions={offered.map((fix, index) => (
        <Button key={fix.fix} variant={index === 0 ? 'primary' : 'secondary'} onClick={() => setAsked(fix)}>
          {fix.label}
        </Button>
      ))}
    >
      {mended ? <p>{mended} Let the person try again.</p> : advice && <p className="wrap-anywhere">{advice}</p>}
      {asked && <Confirm {...rest} fix={asked} onClose={() => setAsked(undefined)} />}
    </Callout>
  );
}

function Confirm({
  fix,
  reference,
  applicationId,
  person,
  version,
  onClose,
}: Omit<Props, 'explanation' | 'mayWrite' | 'mayAssign'> & { fix: FixView; onClose: () => void }) {
  const options = { success: 'Done. Let the person try again.', showError: 'inline', onSuccess: onClose } as const;
  const mend = useAction(mendSignInAction, options);
  const assign = useAction(assignForSignInAction, options);
  const activate = useAction(activateForSignInAction, options);
  const used = fix.fix === 'assign' ? assign : fix.fix === 'activate' ? activate : mend;
  const run = () => {
    if (applicationId === null) return;
    if (fix.fix === 'activate') return activate.run({ applicationId });
    if (fix.fix !== 'assign') return mend.run({ applicationId, reference, fix: fix.fix, version });
    if (person) return assign.run({ applicationId, userId: person.id });
  };
  return (
    <AlertDialog
      open
      onOpenChange={(open) => !open && !used.pending && onClose()}
      title={`${fix.label}?`}
      description={
        <ul className="mt-1 grid list-disc gap-1 pl-4 text-ink marker:text-muted">
          {fix.consequences.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      }
      confirmLabel={fix.label}
      pending={used.pending}
      onConfirm={() => void run()}
    >
      {fix.value && <p className="break-all rounded-md bg-subtle p-3 font-mono text-xs">{fix.value}</p>}
      <FormError error={used.error} />
    </AlertDialog>
  );
}
