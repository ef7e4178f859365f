'use client';

import type { z } from 'zod';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { Textarea } from '@/components/ui/textarea';
import { type trustSchema, trustWords } from '@/lib/scim/trust';

type TypedTrust = z.input<typeof trustSchema>;
type Kind = keyof typeof trustWords;
const kinds = Object.keys(trustWords) as Kind[];

const emptyTrust: Record<Kind, TypedTrust | undefined> = {
  public: undefined,
  ca: { kind: 'ca', pem: '' },
  pin: { kind: 'pin', sha256: '' },
};

/** By which certificate the server is known. */
export function TrustFields({
  value,
  onChange,
  errorOf,
}: {
  /** Absent: the public authorities. */
  value: TypedTrust | undefined;
  onChange: (value: TypedTrust | undefined) => void;
  errorOf: (name: string) => string | undefined;
}) {
  const kind = value?.kind ?? 'public';
  return (
    <>
      <Field label="Certificate of the server" help={trustWords[kind].help}>
        <Select
          options={kinds.map((one) => ({ value: one, label: trustWords[one].label }))}
          value={kind}
          onValueChange={(next) => onChange(emptyTrust[next as Kind])}
        />
      </Field>
      {value?.kind === 'ca' && (
        <Field
          label="Certificates of the authority (PEM)"
          required
          error={errorOf('pem')}
          help="They take the place of the public ones, for the host of the base URL alone."
        >
          <Textarea
            mono
            rows={6}
            spellCheck={false}
            placeholder="-----BEGIN CERTIFICATE-----"
            value={value.pem}
            onChange={(event) => onChange({ ...value, pem: event.target.value })}
          />
        </Field>
      )}
      {value?.kind === 'pin' && (
        <Field
          label="SHA-256 of its key"
          required
          error={errorOf('sha256')}
          help="Of the public key (SPKI), in Base64. A test of the connection says which one the server presents: compare it with what its owner tells you."
        >
          <Input
            mono
            autoComplete="off"
            spellCheck={false}
            value={value.sha256}
            onChange={(event) => onChange({ ...value, sha256: event.target.value })}
          />
        </Field>
      )}
    </>
  );
}
