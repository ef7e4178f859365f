import type { AccountFinder } from '../profiles/profile';
import { type Account, emailsOf, type GroupRecord, isObject, text, type UserData } from './records';

/** The accounts and groups of one tenant, with the indexes that keep 20,000 of them quick. */
export class AccountStore implements AccountFinder {
  private readonly accounts = new Map<string, Account>();
  private readonly groups = new Map<string, GroupRecord>();
  private readonly userNames = new Map<string, string>();
  private readonly emails = new Map<string, Set<string>>();
  private readonly externalIds = new Map<string, Set<string>>();
  private readonly idpUsernames = new Map<string, string>();
  private readonly groupNames = new Map<string, string>();
  private accountOrder: Account[] | undefined;
  private groupOrder: GroupRecord[] | undefined;

  /** @param extensionUrn the custom schema that holds `idpUserId`, where the application has one */
  constructor(private readonly extensionUrn: string | undefined) {}

  get userCount(): number {
    return this.accounts.size;
  }

  get groupCount(): number {
    return this.groups.size;
  }

  /** All accounts, oldest first; the same array until somebody is added or removed. */
  users(): readonly Account[] {
    this.accountOrder ??= [...this.accounts.values()];
    return this.accountOrder;
  }

  allGroups(): readonly GroupRecord[] {
    this.groupOrder ??= [...this.groups.values()];
    return this.groupOrder;
  }

  user(id: string): Account | undefined {
    return this.accounts.get(id);
  }

  group(id: string): GroupRecord | undefined {
    return this.groups.get(id);
  }

  byUserName(userName: string): Account | undefined {
    return this.user(this.userNames.get(fold(userName)) ?? '');
  }

  byEmail(email: string): Account | undefined {
    return this.allByEmail(email)[0];
  }

  byIdpUsername(idpUsername: string): Account | undefined {
    return this.user(this.idpUsernames.get(fold(idpUsername)) ?? '');
  }

  allByEmail(email: string): Account[] {
    return this.resolve(this.emails.get(fold(email)));
  }

  /** External ids are compared exactly (RFC 7643 section 3.1). */
  allByExternalId(externalId: string): Account[] {
    return this.resolve(this.externalIds.get(externalId));
  }

  groupByName(displayName: string): GroupRecord | undefined {
    return this.group(this.groupNames.get(fold(displayName)) ?? '');
  }

  groupsOf(userId: string): GroupRecord[] {
    return this.allGroups().filter((group) => group.members.has(userId));
  }

  /** Adds an account, or puts a new version in place of the one with the same id. */
  putUser(account: Account): void {
    const before = this.accounts.get(account.id);
    if (before) this.unindex(before);
    this.accounts.set(account.id, account);
    this.accountOrder = undefined;
    this.index(account);
  }

  /** @returns false when there is no such account */
  removeUser(id: string): boolean {
    const account = this.accounts.get(id);
    if (!account) return false;
    this.unindex(account);
    this.accounts.delete(id);
    this.accountOrder = undefined;
    for (const group of this.groups.values()) {
      if (group.members.has(id)) this.putGroup({ ...group, members: without(group.members, id) });
    }
    return true;
  }

  putGroup(group: GroupRecord): void {
    const before = this.groups.get(group.id);
    if (before) this.groupNames.delete(fold(before.displayName));
    this.groups.set(group.id, group);
    this.groupNames.set(fold(group.displayName), group.id);
    this.groupOrder = undefined;
  }

  /** @returns whether it was a member */
  takeOut(groupId: string, userId: string): boolean {
    const group = this.groups.get(groupId);
    if (!group?.members.has(userId)) return false;
    this.putGroup({ ...group, modified: new Date().toISOString(), members: without(group.members, userId) });
    return true;
  }

  removeGroup(id: string): boolean {
    const group = this.groups.get(id);
    if (!group) return false;
    this.groupNames.delete(fold(group.displayName));
    this.groupOrder = undefined;
    return this.groups.delete(id);
  }

  private resolve(ids: Set<string> | undefined): Account[] {
    return [...(ids ?? [])].flatMap((id) => this.accounts.get(id) ?? []);
  }

  private idpUsername(data: UserData): string {
    const custom = this.extensionUrn === undefined ? undefined : data[this.extensionUrn];
    return isObject(custom) ? text(custom.idpUserId) : '';
  }

  private index({ id, data }: Account): void {
    this.userNames.set(fold(text(data.userName)), id);
    for (const email of emailsOf(data)) addTo(this.emails, fold(email), id);
    if (text(data.externalId) !== '') addTo(this.externalIds, text(data.externalId), id);
    const idpUsername = this.idpUsername(data);
    if (idpUsername !== '') this.idpUsernames.set(fold(idpUsername), id);
  }

  private unindex({ id, data }: Account): void {
    const userName = fold(text(data.userName));
    if (this.userNames.get(userName) === id) this.userNames.delete(userName);
    for (const email of emailsOf(data)) this.emails.get(fold(email))?.delete(id);
    this.externalIds.get(text(data.externalId))?.delete(id);
    const idpUsername = fold(this.idpUsername(data));
    if (this.idpUsernames.get(idpUsername) === id) this.idpUsernames.delete(idpUsername);
  }
}

function fold(value: string): string {
  return value.toLowerCase();
}

function addTo(index: Map<string, Set<string>>, key: string, id: string): void {
  const ids = index.get(key) ?? new Set();
  ids.add(id);
  index.set(key, ids);
}

function without(members: ReadonlySet<string>, id: string): Set<string> {
  const rest = new Set(members);
  rest.delete(id);
  return rest;
}
