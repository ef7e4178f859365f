import type { Account, SsoSettings } from '../store/records';

/** A refusal in the words of the application; becomes a SCIM error (RFC 7644 section 3.12). */
export interface Refusal {
  status: 400 | 403 | 409;
  scimType?: 'invalidValue' | 'mutability' | 'uniqueness';
  detail: string;
}

/** A setting on the service provider's own single sign-on page. The `label` is what the vendor calls the field. */
export interface SsoField {
  id: string;
  label: string;
  kind: 'select' | 'url' | 'text' | 'certificate' | 'toggle' | 'checkbox';
  options?: ReadonlyArray<{ value: string; label: string }>;
  initial: string | boolean;
  required?: boolean;
  help?: string;
  /** Where the field stands: straight on the page, or in the part that a button opens. */
  place: 'page' | 'dialog';
}

/** A custom attribute as the server describes it under /Schemas. */
export interface CustomAttribute {
  name: string;
  type: 'string' | 'boolean';
  description: string;
  canonicalValues?: string[];
  writeOnly?: boolean;
}

export interface SeedUser {
  userName: string;
  givenName: string;
  familyName: string;
  email: string;
  active?: boolean;
  attributes?: Record<string, unknown>;
}

export interface SeedGroup {
  displayName: string;
  members: string[];
}

/** What the rules see of the tenant; a rule never changes anything. */
export interface RuleContext {
  /** The account as it would be, defaults not yet filled in. */
  next: Record<string, unknown>;
  /** The account as it is; absent on creation. */
  previous: Record<string, unknown> | undefined;
  sso: SsoSettings;
}

/** How one application behaves. All of it is data or a pure function, so that a profile is one file. */
export interface Profile {
  id: string;
  name: string;
  /** What the vendor calls a customer's instance. */
  instanceWord: string;
  /** Host name of the real product, shown beside the sandbox's own address. */
  realHost: (tenant: string) => string;
  monogram: string;
  tagline: string;
  seedTenants: string[];
  pages: {
    /** The SAML-protected page. */
    home: { label: string; heading: string; items: ReadonlyArray<readonly [string, string]> };
    /** Menu path to the single sign-on page, as the setup guides name it. */
    sso: { path: string; trail: string[]; heading: string; intro: string };
    dialog?: { heading: string; openLabel: string; submitLabel: string };
    saveLabel: string;
    users: { label: string; trail: string[] };
    /** Labels of the profile page of one account; absent fields are not shown. */
    account: { details: string; edit: string; authentication?: string; idpUsername?: string };
  };
  ssoFields: SsoField[];
  saml: {
    acsPath: string;
    metadataPath: string;
    sloPath: string | undefined;
    /** Entity ID of this service provider, from the base address of the tenant and its settings. */
    entityId: (base: string, origin: string, sso: SsoSettings) => string;
    enabled: (sso: SsoSettings) => boolean;
    signsRequests: (sso: SsoSettings) => boolean;
    nameIdFormat: string;
    idp: (sso: SsoSettings) => { loginUrl: string; entityId: string; certificate: string; logoutUrl: string };
    /** The account that a NameID stands for, or why nobody may come in, in the application's words. */
    match: (nameId: string, find: AccountFinder, sso: SsoSettings) => Account | { refusal: string; detail: string };
    /** May this account sign in on the application's own page, without the identity provider? */
    localSignIn: (account: Account, sso: SsoSettings) => boolean;
  };
  scim: {
    /** Base URLs of the one SCIM server, the usual one first. A token opens only the one that it was made for. */
    endpoints: readonly [ScimEndpoint, ...ScimEndpoint[]];
    maxPageSize: number;
    bulk: boolean;
    extension: { urn: string; name: string; description: string; attributes: CustomAttribute[] } | undefined;
    newUserId: (n: number) => string;
    /** Values the application fills in by itself when an account is created. */
    defaults: (next: Record<string, unknown>, sso: SsoSettings) => Record<string, unknown>;
    check: (context: RuleContext) => Refusal | undefined;
    texts: {
      unauthorized: string;
      /** For a token that may not use a resource, where tokens are limited like that. */
      forbidden?: (resource: string) => string;
      duplicateUserName: (userName: string) => string;
      duplicateEmail: (email: string) => string;
      duplicateGroup: (name: string) => string;
      unknownMember: (id: string) => string;
    };
    uniqueEmail: boolean;
  };
  /** `demoGroups`: only of the instances that there are from the start. */
  seed: { users: SeedUser[]; groups: SeedGroup[]; demoGroups?: SeedGroup[] };
}

export interface ScimEndpoint {
  id: string;
  path: (tenant: string, tenantId: string) => string;
  /** The page that hands out its tokens. */
  tokens: TokenPage;
}

export interface TokenPage {
  path: string;
  trail: string[];
  heading: string;
  /** A tab within the page, where the guides name one. */
  tab?: string;
  intro: string;
  /** Opens the form; absent when the form stands on the page. */
  openLabel?: string;
  fieldLabel: string;
  /** The field holds the tenant's name (Egnyte's Domain Name) or a name for the token (Netskope). */
  fieldMeans: 'tenant' | 'name';
  submitLabel: string;
  secretLabel: string;
  /** What a token may be limited to, by resource; absent: every token may use all of them. */
  scopes?: ReadonlyArray<{ resource: string; label: string }>;
}

export interface AccountFinder {
  byUserName: (userName: string) => Account | undefined;
  byEmail: (email: string) => Account | undefined;
  byIdpUsername: (idpUsername: string) => Account | undefined;
}
