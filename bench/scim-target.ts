/**
 * The SCIM server that provisioning is measured against: it keeps everything in memory, checks nothing, and answers after a
 * set time. Every first segment of a path is a tenant of its own. What it was asked is counted by tenant, and told at
 * `/_bench/…`. A process of its own; its port is its first line of output.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TenantReport } from './scim-target-report';

type Resource = Record<string, unknown> & { id: string };

/** Resources of one kind, in the order of their ids, which are numbers counted up from 1. */
class Collection {
  readonly all: Resource[] = [];
  private readonly byName = new Map<unknown, Resource>();

  constructor(private readonly nameOf: 'userName' | 'displayName') {}

  create(body: Record<string, unknown>): Resource {
    const made = { ...body, id: String(this.all.length + 1) };
    this.all.push(made);
    this.byName.set(made[this.nameOf as keyof typeof made], made);
    return made;
  }

  find(id: string): Resource | undefined {
    return this.all[Number(id) - 1];
  }

  /** RFC 7644 §3.4.2; of filters, only `name eq "value"` finds anything. */
  list(query: URLSearchParams, perPage: number): unknown {
    const sought = /^(\w+) eq (".*")$/.exec(query.get('filter') ?? '');
    const named = sought?.[1] === this.nameOf ? this.byName.get(JSON.parse(sought[2] ?? '""')) : undefined;
    const found = query.has('filter') ? (named ? [named] : []) : this.all;
    const startIndex = Math.max(1, Number(query.get('startIndex') ?? 1));
    const count = Math.min(perPage, Number(query.get('count') ?? 100));
    const Resources = found.slice(startIndex - 1, startIndex - 1 + count);
    return { totalResults: found.length, startIndex, itemsPerPage: Resources.length, Resources };
  }
}

class Tenant {
  readonly collections = { Users: new Collection('userName'), Groups: new Collection('displayName') };
  report: TenantReport = { requests: {}, mostAtOnce: 0, busyMs: 0, lastCreated: '', arrivals: [] };
  underWay = 0;
  /** Of a list, however many are asked for. */
  perPage = Number.POSITIVE_INFINITY;
  /** When the first of those under way began. */
  busySince = 0;
}

const tenants = new Map<string, Tenant>();
let latencyMs = 0;

function tenantOf(name: string): Tenant {
  const tenant = tenants.get(name) ?? new Tenant();
  tenants.set(name, tenant);
  return tenant;
}

/** Plain paths of one or two names, and members: what the engine sends to this server. */
function patch(resource: Resource, body: { Operations?: { op: string; path: string; value?: unknown }[] }): void {
  for (const { op, path, value } of body.Operations ?? []) {
    if (path.startsWith('members')) changeMembers(resource, op, path, value);
    else {
      const [name = '', inner] = path.split('.');
      if (inner === undefined) resource[name] = value;
      else resource[name] = { ...(resource[name] as object | undefined), [inner]: value };
    }
  }
}

function changeMembers(group: Resource, op: string, path: string, value: unknown): void {
  const before = (group.members ?? []) as { value: string }[];
  const named = /value eq "([^"]*)"/.exec(path)?.[1];
  const told = (value ?? (named === undefined ? [] : [{ value: named }])) as { value: string }[];
  if (op === 'add') {
    group.members = [...before, ...told];
    return;
  }
  const gone = new Set(told.map((member) => member.value));
  group.members = before.filter((member) => !gone.has(member.value));
}

function behave(tenant: Tenant, request: IncomingMessage, path: string[], text: string, query: URLSearchParams) {
  const [kind = '', id] = path;
  const { method = '' } = request;
  if (kind === 'ServiceProviderConfig')
    return { status: 200, body: { patch: { supported: true }, filter: { supported: true } } };
  if (kind !== 'Users' && kind !== 'Groups') return { status: 404, body: {} };
  const collection = tenant.collections[kind];
  if (id === undefined) {
    if (method === 'GET') return { status: 200, body: collection.list(query, tenant.perPage) };
    if (kind === 'Users') tenant.report.lastCreated = text;
    return { status: 201, body: collection.create(JSON.parse(text)) };
  }
  const resource = collection.find(id);
  if (!resource) return { status: 404, body: {} };
  if (method === 'PATCH') patch(resource, JSON.parse(text));
  return { status: 200, body: resource };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const at = Date.now();
  const url = new URL(request.url ?? '/', 'http://target');
  const [tenantName = '', ...path] = url.pathname.slice(1).split('/');
  if (tenantName === '_bench') return control(url, path, request, response);
  const tenant = tenantOf(tenantName);
  const { report } = tenant;
  if (tenant.underWay === 0) tenant.busySince = performance.now();
  tenant.underWay += 1;
  report.mostAtOnce = Math.max(report.mostAtOnce, tenant.underWay);
  const kind = `${request.method} /${path[0]}${path.length > 1 ? '/id' : ''}`;
  report.requests[kind] = (report.requests[kind] ?? 0) + 1;
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  if (latencyMs > 0) await sleep(latencyMs);
  const { status, body } = behave(tenant, request, path, Buffer.concat(pieces).toString(), url.searchParams);
  // Into the report of this moment: the one from before may have been told meanwhile.
  if (kind === 'PATCH /Users/id') tenant.report.arrivals.push({ userName: String((body as Resource).userName), at });
  tenant.underWay -= 1;
  if (tenant.underWay === 0) tenant.report.busyMs += performance.now() - tenant.busySince;
  response.writeHead(status, { 'content-type': 'application/scim+json' }).end(JSON.stringify(body));
}

/** Accounts that are there before anybody asks. */
function addAccounts({ collections }: Tenant, count: number): void {
  for (let number = 1; number <= count; number += 1) {
    collections.Users.create({ userName: `account.${number}`, active: true });
  }
}

/** The same for people of the benchmark (bench/provisioning-data.ts), with what an account has of a person. */
function addPersons({ collections }: Tenant, count: number): void {
  for (let number = 1; number <= count; number += 1) {
    const userName = `person.${String(number).padStart(6, '0')}`;
    const [givenName, familyName] = ['Person', `Number ${number}`];
    const emails = [{ value: `${userName}@acme.example`, type: 'work', primary: true }];
    collections.Users.create({ userName, name: { givenName, familyName }, emails, active: true });
  }
}

/** `PUT /_bench/<tenant>?accounts=300`, with `&named=person` people's, with `&perPage=100` no more a page; `POST /_bench?latencyMs=5`; `GET /_bench/<tenant>` is its report, which then begins anew; `DELETE` forgets the tenant. */
function control(url: URL, [name = '']: string[], request: IncomingMessage, response: ServerResponse): void {
  const told = JSON.stringify(tenantOf(name).report);
  if (request.method === 'POST') latencyMs = Number(url.searchParams.get('latencyMs'));
  if (request.method === 'GET') tenantOf(name).report = new Tenant().report;
  if (request.method === 'DELETE') tenants.delete(name);
  if (request.method === 'PUT') {
    tenantOf(name).perPage = Number(url.searchParams.get('perPage') ?? Number.POSITIVE_INFINITY);
    const add = url.searchParams.get('named') === 'person' ? addPersons : addAccounts;
    add(tenantOf(name), Number(url.searchParams.get('accounts')));
  }
  response.writeHead(200, { 'content-type': 'application/json' }).end(told);
}

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => void answer(request, response));
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(typeof address === 'object' ? address?.port : '');
});
// It ends with whoever measures, however that ends.
createInterface({ input: process.stdin }).once('close', () => process.exit(0));
