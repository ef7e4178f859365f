'use client';

import { SecretField } from '@/components/patterns/secret-field';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import {
  type AuthenticationKind,
  authenticationWords,
  type clientAuthentications,
  type TypedCredentials,
} from '@/lib/scim/authentication';
import { TrustFields } from './trust-fields';

/** What a form begins with, of one kind. */
export function emptyCredentials(kind: AuthenticationKind): TypedCredentials {
  if (kind === 'basic') return { kind, username: '', secret: '' };
  if (kind === 'header') return { kind, name: '', secret: '' };
  if (kind !== 'clientCredentials') return { kind, secret: '' };
  const client = { tokenUrl: '', clientId: '', clientAuthentication: 'client_secret_basic' as const };
  return { kind, ...client, scope: '', audience: '', resource: '', secret: '' };
}

function withTrust({ trust: _, ...value }: TypedCredentials, trust: TypedCredentials['trust']): TypedCredentials {
  return trust ? { ...value, trust } : value;
}

/** What the application itself calls its bearer token stands beside the word that all have in common. */
export function secretLabel(kind: AuthenticationKind, tokenLabel: string): string {
  const { secret } = authenticationWords[kind];
  return kind !== 'bearer' || tokenLabel === secret ? secret : `${secret} (${tokenLabel})`;
}

const sentAs: { value: (typeof clientAuthentications)[number]; label: string; help: string }[] = [
  { value: 'client_secret_basic', label: 'In the Authorization header', help: 'client_secret_basic, the usual one' },
  { value: 'client_secret_post', label: 'In the body', help: 'client_secret_post' },
];

interface Line {
  name: string;
  label: string;
  required?: boolean;
  help?: string;
  type?: 'url';
}

const lines: Record<AuthenticationKind, readonly Line[]> = {
  bearer: [],
  basic: [{ name: 'username', label: 'User name', required: true }],
  header: [{ name: 'name', label: 'Header', required: true, help: 'As the application names it, such as X-API-Key.' }],
  clientCredentials: [
    {
      name: 'tokenUrl',
      label: 'Token endpoint',
      required: true,
      type: 'url',
      help: 'Where access tokens are issued, often ending in /token.',
    },
    { name: 'clientId', label: 'Client ID', required: true },
  ],
};
const more: Record<AuthenticationKind, readonly Line[]> = {
  bearer: [],
  basic: [],
  header: [],
  clientCredentials: [
    { name: 'scope', label: 'Scopes', help: 'Separated by blanks. Empty: the ones that the server gives.' },
    { name: 'audience', label: 'Audience', help: 'Only where the server asks for one.' },
    { name: 'resource', label: 'Resource', help: 'Only where the server asks for one (RFC 8707).' },
  ],
};

/** How requests authenticate: the kind, where there is a choice, and what it needs. */
export function CredentialsFields({
  kinds,
  value,
  onChange,
  errorOf,
  tokenLabel,
  tokenHelp,
  keeps,
}: {
  kinds: readonly AuthenticationKind[];
  value: TypedCredentials;
  onChange: (value: TypedCredentials) => void;
  /** By the name of the field. */
  errorOf: (name: string) => string | undefined;
  tokenLabel: string;
  tokenHelp?: string | undefined;
  /** The kind whose secret is kept, and may stay while something else of it is changed. */
  keeps?: AuthenticationKind | undefined;
}) {
  const values = value as unknown as Record<string, string | undefined>;
  const set = (name: string, text: string | undefined) => onChange({ ...value, [name]: text } as TypedCredentials);
  const line = ({ name, type, ...field }: Line) => (
    <Field key={name} {...field} optional={!field.required} error={errorOf(name)}>
      <Input
        mono
        type={type ?? 'text'}
        autoComplete="off"
        spellCheck={false}
        value={values[name] ?? ''}
        onChange={(event) => set(name, event.target.value)}
      />
    </Field>
  );
  return (
    <>
      {kinds.length > 1 && (
        <Field label="Authentication" help={authenticationWords[value.kind].help} error={errorOf('kind')}>
          <Select
            options={kinds.map((kind) => ({ value: kind, label: authenticationWords[kind].label }))}
            value={value.kind}
            onValueChange={(kind) => onChange(withTrust(emptyCredentials(kind as AuthenticationKind), value.trust))}
          />
        </Field>
      )}
      {lines[value.kind].map(line)}
      <SecretField
        key={value.kind}
        label={secretLabel(value.kind, tokenLabel)}
        isSet={keeps === value.kind}
        required
        value={value.secret}
        onChange={(secret) => set('secret', secret)}
        note="The present one stays unless it is replaced."
        help={value.kind === 'bearer' ? tokenHelp : undefined}
        error={errorOf('secret')}
      />
      {value.kind === 'clientCredentials' && (
        <Field label="Client ID and secret are sent" error={errorOf('clientAuthentication')}>
          <Select
            options={sentAs}
            value={value.clientAuthentication}
            onValueChange={(sent) => set('clientAuthentication', sent)}
          />
        </Field>
      )}
      {more[value.kind].map(line)}
      <TrustFields
        value={value.trust}
        onChange={(trust) => onChange(withTrust(value, trust))}
        errorOf={(name) => errorOf(`trust.${name}`)}
      />
    </>
  );
}
