'use client';

import { useFieldArray } from 'react-hook-form';
import { FieldError } from '@/components/ui/field';
import { AddCertificate, CertificateLine } from './certificate-parts';
import type { SsoFormHandle } from './form-types';

/** Certificates by which the service provider signs; several while it rolls over. */
export function SpCertificatesField({ form, error }: { form: SsoFormHandle; error: string | undefined }) {
  const { fields, append, remove } = useFieldArray({ control: form.control, name: 'spCertificates' });
  return (
    <div className="grid gap-2">
      <span className="font-medium text-sm">SP certificates</span>
      {fields.length > 0 && (
        <ul className="divide-y divide-line rounded-md border border-line">
          {fields.map((row, position) => (
            <CertificateLine key={row.id} certificate={row} onRemove={() => remove(position)} />
          ))}
        </ul>
      )}
      <AddCertificate
        use="signing"
        label="Add certificate"
        onAdd={(added) => {
          if (!fields.some((row) => row.fingerprint === added.fingerprint)) append(added);
        }}
      />
      {error && <FieldError>{error}</FieldError>}
    </div>
  );
}
