'use client';

import { useState } from 'react';
import { Controller } from 'react-hook-form';
import { Field, FieldError } from '@/components/ui/field';
import { Select } from '@/components/ui/select';
import { SwitchField } from '@/components/ui/switch';
import { AddCertificate, CertificateLine, type CertificateRow } from './certificate-parts';
import type { FieldErrors, SsoFormHandle } from './form-types';

const algorithms = [
  { value: 'aes256-gcm', label: 'AES-256-GCM' },
  { value: 'aes128-gcm', label: 'AES-128-GCM' },
  { value: 'aes256-cbc', label: 'AES-256-CBC', help: 'For service providers that know no GCM' },
  { value: 'aes128-cbc', label: 'AES-128-CBC', help: 'For service providers that know no GCM' },
];

/** What only the service provider can read, and the certificate whose private key it reads it with. */
export function EncryptionFields({
  form,
  errors,
  stored,
}: {
  form: SsoFormHandle;
  errors: FieldErrors;
  stored: CertificateRow | undefined;
}) {
  // The form holds the certificate alone; what people compare is known of those that were read here.
  const [read, setRead] = useState<CertificateRow | undefined>(stored);
  const certificate = form.watch('settings.encryptionCertificate') ?? '';
  const shown = [read, stored].find((one) => one?.certificate === certificate);
  const set = (text: string) =>
    form.setValue('settings.encryptionCertificate', text, { shouldDirty: true, shouldValidate: true });
  const error = errors('settings.encryptionCertificate');
  const flag = (name: 'encryptAssertion' | 'encryptNameId', label: string, help: string) => (
    <Controller
      control={form.control}
      name={`settings.${name}`}
      render={({ field }) => (
        <SwitchField label={label} help={help} checked={field.value ?? false} onCheckedChange={field.onChange} />
      )}
    />
  );
  return (
    <div className="grid gap-6 lg:grid-cols-2">
      <div className="grid content-start gap-5">
        {flag('encryptAssertion', 'Encrypt the assertion', 'It is signed first, then encrypted as a whole.')}
        {flag('encryptNameId', 'Encrypt the NameID', 'Only who the person is, inside the assertion.')}
        <div className="grid gap-2">
          <span className="font-medium text-sm">Encryption certificate</span>
          {certificate !== '' && (
            <ul className="rounded-md border border-line">
              {shown ? (
                <CertificateLine certificate={shown} onRemove={() => set('')} />
              ) : (
                <li className="px-2.5 py-1.5 text-muted">From the metadata; read when it is saved.</li>
              )}
            </ul>
          )}
          <AddCertificate
            use="encryption"
            label={certificate === '' ? 'Add encryption certificate' : 'Replace encryption certificate'}
            onAdd={(added) => {
              setRead(added);
              set(added.certificate);
            }}
          />
          {error && <FieldError>{error}</FieldError>}
        </div>
      </div>
      <div className="grid content-start gap-5">
        <Controller
          control={form.control}
          name="settings.encryptionAlgorithm"
          render={({ field }) => (
            <Field label="Encryption algorithm">
              <Select options={algorithms} value={field.value ?? ''} onValueChange={field.onChange} />
            </Field>
          )}
        />
      </div>
    </div>
  );
}
