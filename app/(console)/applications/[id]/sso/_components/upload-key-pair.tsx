'use client';

import { useState } from 'react';
import { FormError } from '@/components/patterns/form-error';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Textarea } from '@/components/ui/textarea';
import { toast } from '@/components/ui/toast';
import { announceIdpKeyAction } from '../actions';

/** A key pair of one's own: checked on the server, then announced as the next. */
export function UploadKeyPair({ applicationId, onDone }: { applicationId: string; onDone: () => void }) {
  const [certificate, setCertificate] = useState('');
  const [privateKey, setPrivateKey] = useState('');
  const { run, pending, error } = useAction(announceIdpKeyAction, {
    showError: 'inline',
    onSuccess: () => {
      toast.success('Your certificate is announced as the next');
      onDone();
    },
  });
  const at = (field: string) => (error?.field === field ? error.message : undefined);
  return (
    <div className="grid gap-3">
      {error && !at('certificate') && !at('privateKey') && <FormError error={error} />}
      <Field label="Certificate" error={at('certificate')} help="PEM. Those of the issuing authorities may follow.">
        <Textarea
          mono
          rows={4}
          spellCheck={false}
          placeholder="-----BEGIN CERTIFICATE-----"
          value={certificate}
          onChange={(event) => setCertificate(event.target.value)}
        />
      </Field>
      <Field
        label="Private key"
        error={at('privateKey')}
        help="PEM, RSA of at least 2048 bits, or EC on P-256 or P-384. Sealed when it is saved, and never shown again."
      >
        <Textarea
          mono
          rows={4}
          spellCheck={false}
          autoComplete="off"
          placeholder="-----BEGIN PRIVATE KEY-----"
          value={privateKey}
          onChange={(event) => setPrivateKey(event.target.value)}
        />
      </Field>
      <div className="flex gap-2">
        <Button
          variant="primary"
          pending={pending}
          disabled={!certificate.trim() || !privateKey.trim()}
          onClick={() => void run({ applicationId, certificate, privateKey })}
        >
          Announce as the next
        </Button>
        <Button onClick={onDone}>Cancel</Button>
      </div>
    </div>
  );
}
