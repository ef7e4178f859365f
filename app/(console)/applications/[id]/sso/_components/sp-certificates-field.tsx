'use client';

import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useFieldArray } from 'react-hook-form';
import { useAction } from '@/components/patterns/use-action';
import { Button, IconButton } from '@/components/ui/button';
import { Field, FieldError } from '@/components/ui/field';
import { Textarea } from '@/components/ui/textarea';
import { readCertificateAction } from '../actions';
import type { SsoFormHandle } from './form-types';

/** Certificates by which the service provider signs; several while it rolls over. */
export function SpCertificatesField({ form, error }: { form: SsoFormHandle; error: string | undefined }) {
  const { fields, append, remove } = useFieldArray({ control: form.control, name: 'spCertificates' });
  const [adding, setAdding] = useState(false);
  const [text, setText] = useState('');
  const action = useAction(readCertificateAction, { showError: 'inline' });
  const add = async () => {
    const result = await readCertificateAction({ certificate: text });
    if (!result.ok) return void action.run({ certificate: text });
    const { fingerprint, subject, notAfter } = result;
    if (!fields.some((row) => row.fingerprint === fingerprint)) {
      append({ certificate: text, fingerprint, subject, notAfter });
    }
    setText('');
    setAdding(false);
    action.clearError();
  };
  return (
    <div className="grid gap-2">
      <span className="font-medium text-sm">SP certificates</span>
      {fields.length > 0 && (
        <ul className="divide-y divide-line rounded-md border border-line">
          {fields.map((row, position) => (
            <li key={row.id} className="flex items-center gap-2 py-1.5 pr-1 pl-2.5">
              <span className="grid min-w-0 flex-1">
                <span className="truncate">{row.subject}</span>
                <span className="truncate font-mono text-muted text-xs" title={row.fingerprint}>
                  until {row.notAfter.toISOString().slice(0, 10)} · {row.fingerprint}
                </span>
              </span>
              <IconButton label={`Remove certificate ${row.subject}`} onClick={() => remove(position)}>
                <Trash2 aria-hidden />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      {adding ? (
        <div className="grid gap-2">
          <Field
            label="Certificate of the service provider"
            error={action.error?.message}
            help="PEM, or the base64 alone."
          >
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
            <Button size="sm" onClick={() => void add()} disabled={!text.trim()} pending={action.pending}>
              Add
            </Button>
            <Button size="sm" variant="ghost" onClick={() => setAdding(false)}>
              Cancel
            </Button>
          </div>
        </div>
      ) : (
        <Button size="sm" className="justify-self-start" onClick={() => setAdding(true)}>
          Add certificate
        </Button>
      )}
      {error && <FieldError>{error}</FieldError>}
    </div>
  );
}
