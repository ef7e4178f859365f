'use client';

import type { ReactNode } from 'react';
import { SecretField } from '@/components/patterns/secret-field';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import {
  type AuthenticationKind,
  type appAuthentications,
  authenticationWords,
  type TypedCredentials,
  usesAccessTokens,
} from '@/lib/scim/authentication';
import { TrustFields } from './trust-fields';

/** What a form begins with, of one kind. */
export function emptyCredentials(kind: AuthenticationKind): TypedCredentials {
  if (kind === 'basic') return { kind, username: '', secret: '' };
  if (kind === 'header') return { kind, name: '', secret: '' };
  if (kind === 'bearer') return { kind, secret: '' };
  const client = { tokenUrl: '', clientId: '', clientAuthentication: 'client_secret_basic' as const };
  if (kind === 'clientCredentials') return { kind, ...client, scope: '', audience: '', resource: '', secret: '' };
  const addresses = { authorizationUrl: '', revocationUrl: '' };
  return { kind, ...client, ...addresses, scope: '', authorizationId: undefined, secret: '' };
}

function withTrust({ trust: _, ...value }: TypedCredentials, trust: TypedCredentials['trust']): TypedCredentials {
  return trust ? { ...value, trust } : value;
}

/** The fields of credentials in a form. Checked by their names each says its error; the whole at once says none. */
export function namesOf(value: TypedCredentials): 'authentication'[] {
  const own = Object.keys({ secret: '', ...value }).filter((name) => name !== 'trust');
  return [...own, 'trust.pem', 'trust.sha256'].map((name) => `authentication.${name}` as 'authentication');
}

/** What the application itself calls its bearer token stands beside the word that all have in common. */
export function secretLabel(kind: AuthenticationKind, tokenLabel: string): string {
  const { secret } = authenticationWords[kind];
  return kind !== 'bearer' || tokenLabel === secret ? secret : `${secret} (${tokenLabel})`;
}

const sentAs: { value: (typeof appAuthentications)[number]; label: string; help: string }[] = [
  { value: 'client_secret_basic', label: 'In the Authorization header', help: 'client_secret_basic, the usual one' },
  { value: 'client_secret_post', label: 'In the body', help: 'client_secret_post' },
];
const sentByApp = [...sentAs, { value: 'none' as const, label: 'There is no secret', help: 'A public client, none' }];

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
  authorizationCode: [
    {
      name: 'authorizationUrl',
      label: 'Authorisation endpoint',
      required: true,
      type: 'url',
      help: 'Where you are asked, often ending in /authorize. What the application wants besides goes into its query, such as ?access_type=offline.',
    },
    {
      name: 'tokenUrl',
      label: 'Token endpoint',
      required: true,
      type: 'url',
      help: 'Where access tokens are issued and renewed, often ending in /token.',
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
  authorizationCode: [
    {
      name: 'scope',
      label: 'Scopes',
      help: 'Separated by blanks. Some servers renew nothing without one of their own, such as offline_access.',
    },
    {
      name: 'revocationUrl',
      label: 'Revocation endpoint',
      type: 'url',
      help: 'Where the tokens are given back when you disconnect (RFC 7009).',
    },
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
  connect,
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
  /** Where somebody has to allow it: what it is registered by over there, and how it is allowed. */
  connect: { before: ReactNode; after: ReactNode };
}) {
  const values = value as unknown as Record<string, string | undefined>;
  const isApp = value.kind === 'authorizationCode';
  const set = (name: string, text: string | undefined) => {
    // What was allowed was allowed for just this.
    const others = isApp ? { authorizationId: undefined } : {};
    onChange({ ...value, ...others, [name]: text } as TypedCredentials);
  };
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
      {isApp && connect.before}
      {lines[value.kind].map(line)}
      {!(isApp && value.clientAuthentication === 'none') && (
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
      )}
      {usesAccessTokens(value) && (
        <Field label="Client ID and secret are sent" error={errorOf('clientAuthentication')}>
          <Select
            options={isApp ? sentByApp : sentAs}
            value={value.clientAuthentication}
            onValueChange={(sent) => set('clientAuthentication', sent)}
          />
        </Field>
      )}
      {more[value.kind].map(line)}
      <TrustFields
        value={value.trust}
        onChange={(trust) => onChange(withTrust(isApp ? { ...value, authorizationId: undefined } : value, trust))}
        errorOf={(name) => errorOf(`trust.${name}`)}
      />
      {isApp && connect.after}
    </>
  );
}
