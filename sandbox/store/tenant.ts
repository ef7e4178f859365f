import { createHash, randomBytes } from 'node:crypto';
import type { Profile, ScimEndpoint } from '../profiles/profile';
import type { SamlResult } from '../saml/checks';
import type { SpSession } from '../saml/sp-session';
import { AccountStore } from './accounts';
import { type Grant, Grants } from './grants';
import { makeKeyPair } from './keys';
import {
  type Account,
  type Faults,
  type KeyPair,
  noFaults,
  type RequestEntry,
  type SsoSettings,
  type TokenRecord,
  type TokenWay,
} from './records';
import { RequestLog } from './request-log';

/** When the accounts of the seed were made; fixed, so that a reset gives exactly the same tenant again. */
const seedTime = '2024-03-01T09:00:00.000Z';

/** A tenant as it is written to disk. */
export interface TenantSnapshot {
  profile: string;
  name: string;
  sso: SsoSettings;
  tokens: TokenRecord[];
  /** Absent in older files. */
  grants?: Grant[];
  faults: Faults;
  users: Account[];
  groups: Array<{
    id: string;
    created: string;
    modified: string;
    displayName: string;
    externalId?: string;
    members: string[];
  }>;
  nextUser: number;
  nextGroup: number;
  keys: KeyPair | undefined;
}

/** One customer's instance of an application: settings, tokens, accounts, groups, faults, request log. */
export class Tenant {
  sso: SsoSettings = {};
  tokens: TokenRecord[] = [];
  faults: Faults = { ...noFaults };
  store: AccountStore;
  readonly grants = new Grants();
  readonly log = new RequestLog();
  /** Ids of AuthnRequests that wait for their response, with the time of sending. */
  readonly pendingRequests = new Map<string, string>();
  /** Ids of assertions that were used, with the time (ms) after which they would be refused anyway. */
  readonly usedAssertions = new Map<string, number>();
  /** What was found of the last response that came to the ACS. */
  lastSamlResult: SamlResult | undefined;
  readonly sessions = new Map<string, SpSession>();
  /** Hashes of access tokens, with the client that has them and when they end (ms). A restart forgets them. */
  private readonly accessTokens = new Map<string, { clientId: string; endsAt: number }>();
  private keys: Promise<KeyPair> | undefined;
  private keySnapshot: KeyPair | undefined;
  private nextUser = 1;
  private nextGroup = 1;

  constructor(
    readonly profile: Profile,
    readonly name: string,
  ) {
    this.store = new AccountStore(profile.scim.extension?.urn);
    this.reset();
  }

  /** `egnyte/acmeusw`: how the control API and the paths name a tenant. */
  get key(): string {
    return `${this.profile.id}/${this.name}`;
  }

  /** A stable id, as the vendor would have given it. */
  get tenantId(): string {
    return createHash('sha256').update(this.key).digest('hex').slice(0, 12);
  }

  /** Path of a SCIM endpoint below the tenant; the usual one unless told. */
  scimPath(endpoint: ScimEndpoint = this.profile.scim.endpoints[0]): string {
    return endpoint.path(this.name, this.tenantId);
  }

  /** The SCIM endpoint that a path below the tenant leads to. */
  scimEndpointAt(path: string): ScimEndpoint | undefined {
    return this.profile.scim.endpoints.find((endpoint) => `${path}/`.startsWith(`${this.scimPath(endpoint)}/`));
  }

  scimEndpoint(id: string): ScimEndpoint | undefined {
    return this.profile.scim.endpoints.find((endpoint) => endpoint.id === id);
  }

  tokensOf(endpoint: ScimEndpoint): TokenRecord[] {
    const [usual] = this.profile.scim.endpoints;
    return this.tokens.filter((token) => (token.endpoint ?? usual.id) === endpoint.id);
  }

  newUserId(): string {
    return this.profile.scim.newUserId(this.nextUser++);
  }

  newGroupId(): string {
    return createHash('sha256')
      .update(`${this.key}/group/${this.nextGroup++}`)
      .digest('hex')
      .slice(0, 24);
  }

  /** Brings back the accounts, groups and settings a new tenant starts with. Its key pair stays. */
  reset(): void {
    const { seed, ssoFields, scim } = this.profile;
    this.sso = Object.fromEntries(ssoFields.map((field) => [field.id, field.initial]));
    this.tokens = [];
    this.faults = { ...noFaults };
    this.store = new AccountStore(scim.extension?.urn);
    this.log.clear();
    this.pendingRequests.clear();
    this.usedAssertions.clear();
    this.lastSamlResult = undefined;
    this.sessions.clear();
    this.accessTokens.clear();
    this.grants.clear();
    this.nextUser = 1;
    this.nextGroup = 1;
    for (const user of seed.users) {
      this.store.putUser({
        id: this.newUserId(),
        origin: 'existing',
        created: seedTime,
        modified: seedTime,
        data: {
          userName: user.userName,
          name: { givenName: user.givenName, familyName: user.familyName },
          emails: [{ value: user.email, type: 'work', primary: true }],
          active: user.active ?? true,
          ...user.attributes,
        },
      });
    }
    const isOfDemo = this.profile.seedTenants.includes(this.name);
    for (const group of [...seed.groups, ...((isOfDemo && seed.demoGroups) || [])]) {
      const members = group.members.flatMap((userName) => this.store.byUserName(userName)?.id ?? []);
      this.store.putGroup({
        id: this.newGroupId(),
        created: seedTime,
        modified: seedTime,
        displayName: group.displayName,
        members: new Set(members),
      });
    }
  }

  /** Makes a group as somebody does over there, or changes one: another name, other members. @returns its id */
  setGroup(name: string, change: { members?: string[] | undefined; rename?: string | undefined }): { id: string } {
    const before = this.store.groupByName(name);
    const at = new Date().toISOString();
    const id = before?.id ?? this.newGroupId();
    const members = change.members ? new Set(change.members) : (before?.members ?? new Set<string>());
    const named = { displayName: change.rename ?? name, members };
    this.store.putGroup({ ...(before ?? { id, created: at }), ...named, modified: at });
    return { id };
  }

  /**
   * Adds accounts as if people had been using the application for years.
   * @param count how many, at most 50,000 in all
   */
  generate(count: number): void {
    const first = [
      'Alex',
      'Bianca',
      'Carlos',
      'Dana',
      'Elif',
      'Farid',
      'Grace',
      'Hugo',
      'Ines',
      'Jonas',
      'Kaori',
      'Leon',
    ];
    const last = [
      'Abbott',
      'Brandt',
      'Castro',
      'Duarte',
      'Eriksen',
      'Fischer',
      'Grant',
      'Hassan',
      'Ito',
      'Jensen',
      'Keller',
    ];
    const now = new Date().toISOString();
    const urn = this.profile.scim.extension?.urn;
    for (let i = 0; i < count; i++) {
      const id = this.newUserId();
      const serial = this.nextUser - 1;
      const givenName = first[serial % first.length] ?? 'Alex';
      const familyName = last[serial % last.length] ?? 'Abbott';
      const userName = `${givenName}.${familyName}.${serial}`.toLowerCase();
      const custom = { authType: 'egnyte', sendInvite: false, serviceAccount: false };
      this.store.putUser({
        id,
        origin: 'generated',
        created: now,
        modified: now,
        data: {
          userName,
          name: { givenName, familyName, formatted: `${givenName} ${familyName}` },
          displayName: `${givenName} ${familyName}`,
          emails: [{ value: `${userName}@acme.example`, type: 'work', primary: true }],
          active: true,
          ...(urn === undefined ? {} : { userType: 'standard', [urn]: custom }),
        },
      });
    }
  }

  /**
   * Makes a token and keeps only its hash.
   * @param options `given`: a token of the caller's choice, for demos that must know it beforehand; `endpoint`: the usual
   * one unless told; `resources`: what it may use, all unless told; `way`: how it is sent, as a bearer token unless told
   */
  addToken(
    name: string,
    options: {
      given?: string | undefined;
      endpoint?: ScimEndpoint;
      resources?: string[] | undefined;
      way?: TokenWay | undefined;
    } = {},
  ): { token: string; record: TokenRecord } {
    const token = options.given ?? randomBytes(24).toString('base64url');
    const record: TokenRecord = {
      id: randomBytes(6).toString('hex'),
      name,
      clientId: `${this.profile.id}-${randomBytes(8).toString('hex')}`,
      hash: hashToken(token),
      lastFour: token.slice(-4),
      created: new Date().toISOString(),
      endpoint: (options.endpoint ?? this.profile.scim.endpoints[0]).id,
      ...(options.resources === undefined ? {} : { resources: options.resources }),
      ...(options.way === undefined ? {} : { way: options.way }),
    };
    this.tokens.push(record);
    return { token, record };
  }

  /** The token that opens an endpoint, by what the client sent. */
  findToken(token: string, endpoint: ScimEndpoint): TokenRecord | undefined {
    const hash = hashToken(token);
    return this.tokensOf(endpoint).find((known) => known.hash === hash);
  }

  /** A client of the token endpoint, by what it sent. */
  findClient(clientId: string, secret: string): TokenRecord | undefined {
    const known = this.tokens.find((token) => token.clientId === clientId && seconds(token) !== undefined);
    if (known?.way?.kind === 'app' && known.way.isPublic) return known;
    return known?.hash === hashToken(secret) ? known : undefined;
  }

  /** Makes an access token for a client. */
  issueAccessToken(client: TokenRecord): { token: string; seconds: number } {
    const life = seconds(client) ?? 0;
    const token = randomBytes(24).toString('base64url');
    this.accessTokens.set(hashToken(token), { clientId: client.clientId, endsAt: Date.now() + life * 1_000 });
    return { token, seconds: life };
  }

  /** The client that has an access token, while both last. */
  clientOfAccessToken(token: string): TokenRecord | undefined {
    const issued = this.accessTokens.get(hashToken(token));
    if (!issued || issued.endsAt <= Date.now()) return undefined;
    return this.tokens.find((known) => seconds(known) !== undefined && known.clientId === issued.clientId);
  }

  /** @returns how many there were */
  revokeAccessTokens(): number {
    const revoked = this.accessTokens.size;
    this.accessTokens.clear();
    return revoked;
  }

  /** The key pair for signing requests and decrypting assertions; made when first needed. */
  keyPair(): Promise<KeyPair> {
    this.keys ??= makeKeyPair(`${this.profile.name} sandbox ${this.name}`).then((pair) => {
      this.keySnapshot = pair;
      return pair;
    });
    return this.keys;
  }

  snapshot(): TenantSnapshot {
    return {
      profile: this.profile.id,
      name: this.name,
      sso: this.sso,
      tokens: this.tokens,
      grants: this.grants.list,
      faults: this.faults,
      users: [...this.store.users()],
      groups: this.store.allGroups().map((group) => ({ ...group, members: [...group.members] })),
      nextUser: this.nextUser,
      nextGroup: this.nextGroup,
      keys: this.keySnapshot,
    };
  }

  restore(saved: TenantSnapshot): void {
    this.sso = { ...this.sso, ...saved.sso };
    this.tokens = saved.tokens;
    this.grants.list = saved.grants ?? [];
    this.faults = { ...noFaults, ...saved.faults };
    this.store = new AccountStore(this.profile.scim.extension?.urn);
    for (const user of saved.users) this.store.putUser(user);
    for (const group of saved.groups) this.store.putGroup({ ...group, members: new Set(group.members) });
    this.nextUser = saved.nextUser;
    this.nextGroup = saved.nextGroup;
    if (saved.keys) {
      this.keySnapshot = saved.keys;
      this.keys = Promise.resolve(saved.keys);
    }
  }

  record(entry: Omit<RequestEntry, 'n'>): void {
    this.log.add(entry);
  }
}

/** How long access tokens of a client last; undefined: it is none. */
function seconds({ way }: TokenRecord): number | undefined {
  return way?.kind === 'client' || way?.kind === 'app' ? way.seconds : undefined;
}

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
