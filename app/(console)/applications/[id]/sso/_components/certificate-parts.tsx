'use client';

import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useAction } from '@/components/patterns/use-action';
import { Button, IconButton } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Textarea } from '@/components/ui/textarea';
import { readCertificateAction } from '../actions';
import type { SsoFormValues } from './form-types';

/** A certificate of the service provider, with what people compare. */
export type CertificateRow = SsoFormValues['spCertificates'][number];

export function CertificateLine({ certificate, onRemove }: { certificate: CertificateRow; onRemove: () => void }) {
  const { subject, fingerprint, notAfter } = certificate;
  return (
    <li className="flex items-center gap-2 py-1.5 pr-1 pl-2.5">
      <span className="grid min-w-0 flex-1">
        <span className="truncate">{subject}</span>
        <span className="truncate font-mono text-muted text-xs" title={fingerprint}>
          until {notAfter.toISOString().slice(0, 10)} · {fingerprint}
        </span>
      </span>
      <IconButton label={`Remove certificate ${subject}`} onClick={onRemove}>
        <Trash2 aria-hidden />
      </IconButton>
    </li>
  );
}

/** A button that opens into a field to paste a certificate into; it is read before it is taken. */
export function AddCertificate({
  use,
  label,
  onAdd,
}: {
  use: 'signing' | 'encryption';
  label: string;
  onAdd: (certificate: CertificateRow) => void;
}) {
  const [adding, setAdding] = useState(false);
  const [text, setText] = useState('');
  const action = useAction(readCertificateAction, {
    showError: 'inline',
    onSuccess: ({ fingerprint, subject, notAfter }) => {
      onAdd({ certificate: text, fingerprint, subject, notAfter });
      setText('');
      setAdding(false);
    },
  });
  if (!adding) {
    return (
      <Button size="sm" className="justify-self-start" onClick={() => setAdding(true)}>
        {label}
      </Button>
    );
  }
  return (
    <div className="grid gap-2">
      <Field label="Certificate of the service provider" error={action.error?.message} help="PEM, or the base64 alone.">
        <Textarea
          mono
          rows={5}
          autoFocus
          spellCheck={false}
          placeholder="-----BEGIN CERTIFICATE-----"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </Field>
      <div className="flex gap-2">
        <Button
          size="sm"
          onClick={() => void action.run({ certificate: text, use })}
          disabled={!text.trim()}
          pending={action.pending}
        >
          Add
        </Button>
        <Button size="sm" variant="ghost" onClick={() => setAdding(false)}>
          Cancel
        </Button>
      </div>
    </div>
  );
}
