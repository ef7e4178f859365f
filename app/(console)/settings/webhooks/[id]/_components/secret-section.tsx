'use client';

import { useState } from 'react';
import { FormError } from '@/components/patterns/form-error';
import { AbsoluteTime } from '@/components/patterns/relative-time';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { Dialog, DialogContent } from '@/components/ui/dialog';
import { SecretShown } from '../../_components/secret-shown';
import { replaceWebhookSecretAction } from '../../actions';

interface Props {
  id: string;
  version: number;
  updatedAt: Date;
}

/** The secret cannot be read, only replaced. */
export function SecretSection(props: Props) {
  const [open, setOpen] = useState(false);
  return (
    <Section
      title="Signing secret"
      description={
        <>
          In use since <AbsoluteTime at={props.updatedAt} />. It cannot be shown again.
        </>
      }
      stacked
    >
      <Button onClick={() => setOpen(true)}>Replace secret</Button>
      {open && <ReplaceSecret {...props} onClose={() => setOpen(false)} />}
    </Section>
  );
}

function ReplaceSecret({ id, version, onClose }: Props & { onClose: () => void }) {
  const [secret, setSecret] = useState<string>();
  const replace = useAction(replaceWebhookSecretAction, {
    showError: 'inline',
    onSuccess: (result) => setSecret(result.secret),
  });
  return (
    <Dialog open onOpenChange={(open) => !open && !replace.pending && onClose()}>
      <DialogContent
        title={secret ? 'The secret was replaced' : 'Replace the secret?'}
        description={
          secret
            ? 'Every message is signed with the new one from now on.'
            : 'Every message is signed with a new secret at once. Until the receiver has it too, it refuses messages; they are tried again by themselves.'
        }
        footer={
          secret ? (
            <Button variant="primary" onClick={onClose}>
              Done
            </Button>
          ) : (
            <>
              <Button onClick={onClose} disabled={replace.pending}>
                Cancel
              </Button>
              <Button variant="primary" pending={replace.pending} onClick={() => replace.run({ id, version })}>
                Replace secret
              </Button>
            </>
          )
        }
      >
        <div className="grid gap-4">
          <FormError error={replace.error} />
          {secret && <SecretShown secret={secret} />}
        </div>
      </DialogContent>
    </Dialog>
  );
}
