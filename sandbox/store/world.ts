import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { profiles } from '../profiles/registry';
import { Tenant, type TenantSnapshot } from './tenant';

interface Snapshot {
  version: 1;
  tenants: TenantSnapshot[];
}

const namePattern = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
const saveAfterMs = 400;
const fileName = 'sandbox.json';

/** Everything the sandbox knows. It lives in memory and, with a data folder, survives a restart. */
export class World {
  private tenants = new Map<string, Tenant>();
  private timer: NodeJS.Timeout | undefined;

  /** @param dataDir folder of the state file; without it nothing is written */
  constructor(private readonly dataDir?: string) {
    this.seed();
    this.load();
  }

  all(): Tenant[] {
    return [...this.tenants.values()];
  }

  /** The tenant of that key, `egnyte/acmeusw`. Looking makes none. */
  find(key: string): Tenant | undefined {
    return this.tenants.get(key);
  }

  /**
   * The tenant of that key; made when there is none, because somebody asks for that.
   * @returns undefined when no application or no host could be called so
   */
  make(key: string): Tenant | undefined {
    const known = this.tenants.get(key);
    if (known) return known;
    const [profileId = '', name = '', ...rest] = key.split('/');
    const profile = profiles.get(profileId);
    if (!profile || rest.length > 0 || !namePattern.test(name)) return undefined;
    const tenant = new Tenant(profile, name);
    this.tenants.set(key, tenant);
    return tenant;
  }

  /** Back to the start: seed tenants as new (they keep their certificates), all others gone. */
  reset(): void {
    for (const tenant of this.all()) {
      if (tenant.profile.seedTenants.includes(tenant.name)) tenant.reset();
      else this.tenants.delete(tenant.key);
    }
    this.changed();
  }

  /** Says that something changed; the state is written shortly afterwards. */
  changed(): void {
    if (this.dataDir === undefined || this.timer) return;
    this.timer = setTimeout(() => this.save(), saveAfterMs);
    this.timer.unref();
  }

  /** Writes what is unsaved and stops the timer. */
  close(): void {
    if (this.timer) this.save();
  }

  private seed(): void {
    for (const profile of profiles.values()) for (const name of profile.seedTenants) this.make(`${profile.id}/${name}`);
  }

  private save(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.dataDir === undefined) return;
    const snapshot: Snapshot = {
      version: 1,
      tenants: this.all().map((tenant) => tenant.snapshot()),
    };
    mkdirSync(this.dataDir, { recursive: true });
    const file = join(this.dataDir, fileName);
    // A half-written file would lose the demo: write beside it, then rename.
    writeFileSync(`${file}.new`, JSON.stringify(snapshot), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }

  private load(): void {
    if (this.dataDir === undefined) return;
    let saved: Snapshot;
    try {
      saved = JSON.parse(readFileSync(join(this.dataDir, fileName), 'utf8'));
    } catch {
      // Nothing saved yet, or not readable: a sandbox starts afresh rather than not at all.
      return;
    }
    for (const tenant of saved.tenants) this.make(`${tenant.profile}/${tenant.name}`)?.restore(tenant);
  }
}
