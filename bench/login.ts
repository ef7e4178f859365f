import { type ChildProcess, spawn } from 'node:child_process';
import { hkdfSync, randomBytes } from 'node:crypto';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { deflateRawSync } from 'node:zlib';
import { encode } from 'next-auth/jwt';
import pg from 'pg';
import { median } from './measure';
import { commandOf, familyOf, processorMs, proportionalKiB } from './processor-time';
import { type Product, startProduct } from './product';
import { signIn as signInByPassword } from './sign-in-over-http';

export interface Login {
  /** Processor milliseconds of one sign-in, web server and database together. */
  cpuMs: number;
  /** Those of the database. */
  databaseCpuMs: number;
  /** Of one request of a bare `node:http` server that makes one signature (bench/bare-signer.ts). */
  bareCpuMs: number;
  /** The middle of the rounds; within one, both take turns. */
  loginCpu: { ratio: number; limit: number; aim: number };
  /** Sign-ins a second in terms of the bare server's requests, 8 at once. Told, not judged: the machine does other things. */
  loginRps: { ratio: number; perSecond: number; barePerSecond: number };
  /**
   * MiB of all processes after the console was opened and 1,000 sign-ins: at the moment of the last answer, seconds after the start, and when
   * half a minute later connections that nobody uses are closed and what starting took is given back.
   */
  pss: { mb: number; settledMb: number; limit: number; processes: Record<string, number> };
  signIns: number;
  holds: boolean;
}

const limits = { cpu: 6, aim: 4.3, pssMb: 300 };
const people = 200;
const atOnce = 8;
const rounds = 5;
const each = 400;
/** Before memory is looked at. */
const warmUp = 1_000;
const settledAfterMs = 30_000;
/** Before time is: code that has not run often is compiled anew meanwhile, by threads whose time counts. */
const untilCompiled = 1_500;
const spEntityId = 'https://sp.example.com/metadata';
const acsUrl = 'https://sp.example.com/acs';

/**
 * One SSO of somebody who is signed in, as a browser asks for it: an AuthnRequest by redirect, answered with the form that carries the signed
 * response; the request noted, the session at the service provider kept, the event written. On a product of its own, beside a bare
 * server in turns. Linux alone: processor time is the kernel's.
 */
export async function measureLogin(say: (line: string) => void): Promise<Login> {
  say('saml.login: starting a product of its own …');
  const product = await startProduct(say);
  const bare = startBare();
  try {
    const { url, cookies } = await prepare(product);
    const bareUrl = await bare.url;
    const web = familyOf(product.pid).find((pid) => commandOf(pid).includes('web.mjs'));
    if (web === undefined) throw new Error('The web server is not among the processes of the product.');
    let next = 0;
    const signIn = () => {
      const cookie = cookies[next % cookies.length] ?? '';
      next += 1;
      return { address: `${url}?SAMLRequest=${authnRequest()}`, cookie };
    };
    const askBare = () => ({ address: bareUrl, cookie: '' });
    await openConsole(product);
    await ask(signIn, warmUp);
    const processes = memoryOf(product);
    await sleep(settledAfterMs);
    const settledMb = sumOf(memoryOf(product));
    await ask(askBare, warmUp);
    await ask(signIn, untilCompiled);
    say(`saml.login: ${rounds} rounds of ${each} …`);
    const found: { ours: Usage; theirs: Usage }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const ours = await measured(signIn, () => ({ web: processorMs(web), database: databaseMs(product) }));
      const theirs = await measured(askBare, () => ({ web: processorMs(bare.process.pid ?? 0), database: 0 }));
      found.push({ ours, theirs });
    }
    const middle = (of: (round: { ours: Usage; theirs: Usage }) => number) => median(found.map(of));
    const loginCpu = {
      ratio: middle(({ ours, theirs }) => ours.cpuMs / theirs.cpuMs),
      limit: limits.cpu,
      aim: limits.aim,
    };
    const pss = { mb: sumOf(processes), settledMb, limit: limits.pssMb, processes };
    return {
      cpuMs: middle(({ ours }) => ours.cpuMs),
      databaseCpuMs: middle(({ ours }) => ours.databaseCpuMs),
      bareCpuMs: middle(({ theirs }) => theirs.cpuMs),
      loginCpu,
      loginRps: {
        ratio: middle(({ ours, theirs }) => ours.perSecond / theirs.perSecond),
        perSecond: middle(({ ours }) => ours.perSecond),
        barePerSecond: middle(({ theirs }) => theirs.perSecond),
      },
      pss,
      signIns: warmUp + untilCompiled + rounds * each,
      holds: loginCpu.ratio <= limits.cpu && pss.mb <= limits.pssMb,
    };
  } finally {
    bare.process.kill();
    await product.stop();
  }
}

const sumOf = (mb: Record<string, number>) => Object.values(mb).reduce((sum, one) => sum + one, 0);

export function loginInWords({ loginCpu, loginRps, pss, holds, ...found }: Login): string[] {
  const processes = Object.entries(pss.processes).map(([name, mb]) => `${name} ${mb.toFixed(0)}`);
  return [
    '',
    `saml.login: ${found.signIns.toLocaleString('en-US')} sign-ins of people who are signed in, ${atOnce} at once`,
    `  ours           ${found.cpuMs.toFixed(2)} ms of processor each, ${found.databaseCpuMs.toFixed(2)} of them the database's; ${loginRps.perSecond.toFixed(0)} a second`,
    `  a bare server  ${found.bareCpuMs.toFixed(2)} ms; ${loginRps.barePerSecond.toFixed(0)} a second`,
    `  ratio          ${loginCpu.ratio.toFixed(2)} of processor time, at most ${loginCpu.limit}, aimed at ${loginCpu.aim}; ${loginRps.ratio.toFixed(2)} of its rate`,
    `  memory         ${pss.mb.toFixed(0)} MiB after 1,000 (PSS: ${processes.join(', ')}), ${pss.settledMb.toFixed(0)} half a minute later, at most ${pss.limit}: ${holds ? 'holds' : 'DOES NOT HOLD'}`,
  ];
}

/** An application, and people who are signed in and may use it. */
async function prepare({ api, origin, databaseUrl, secretKey }: Product): Promise<{ url: string; cookies: string[] }> {
  const { slug } = await api('POST', '/applications', { templateId: 'custom-saml', displayLabel: 'Bench' });
  const property = (name: string, source: string) => ({ name, sourceKind: 'property', source });
  const attributeStatements = [
    ...['email', 'firstname', 'lastname', 'jobTitle', 'department', 'costCenter', 'location'].map((name) =>
      property(name, name),
    ),
    { name: 'groups', sourceKind: 'groups', source: '' },
  ].map((statement) => ({ ...statement, nameFormat: 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic' }));
  const settings = { spEntityId, acsUrls: [{ url: acsUrl, index: 0, isDefault: true }], attributeStatements };
  await api('PATCH', `/applications/${slug}/sso`, { settings, activation: 'activate' });
  const { id: groupId } = await api('POST', '/groups', { name: 'Everybody' });
  await api('PUT', `/applications/${slug}/groups/${groupId}`);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ userId: string; sessionId: string }>(
    `WITH made AS (
       INSERT INTO users (id, username, email, username_folded, email_folded, firstname, lastname, display_name, job_title, department, cost_center, location)
       SELECT gen_random_uuid(), 'p' || n, 'p' || n || '@acme.example', 'p' || n, 'p' || n || '@acme.example', 'Ana', 'Martínez', 'Ana Martínez',
         'Senior Software Engineer', 'Engineering', 'CC-1100', 'Denver' FROM generate_series(1, $1::int) n RETURNING id),
     members AS (INSERT INTO group_members (group_id, user_id) SELECT $2::uuid, id FROM made)
     INSERT INTO sessions (id, user_id, authenticated_at, last_seen_at, expires_at)
     SELECT gen_random_uuid(), id, now(), now(), now() + interval '8 hours' FROM made RETURNING user_id AS "userId", id AS "sessionId"`,
    [people, groupId],
  );
  await client.end();
  const secret = Buffer.from(hkdfSync('sha256', secretKey, 'latchkey', 'next-auth-v1', 32)).toString('base64url');
  const cookies = rows.map(async ({ userId, sessionId }) => {
    const token = await encode({ token: { sub: userId, sessionId }, secret, maxAge: 8 * 3600 });
    return `next-auth.session-token=${token}`;
  });
  return { url: `${origin}/saml2/${slug}`, cookies: await Promise.all(cookies) };
}

/** The console is a part of what takes memory from when it was opened: the sign-in page, a sign-in with a password, Home. */
async function openConsole({ origin, administrator }: Product): Promise<void> {
  await (await fetch(`${origin}/sign-in`)).text();
  const cookie = await signInByPassword(origin, administrator.identifier, administrator.password);
  const home = await fetch(`${origin}/`, { headers: { cookie } });
  if (!home.ok || !(await home.text()).includes('</html>')) throw new Error(`Home was not opened: ${home.status}`);
}

/** Ready for a query. */
function authnRequest(): string {
  const xml =
    '<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ' +
    `ID="_${randomBytes(16).toString('hex')}" Version="2.0" IssueInstant="${new Date().toISOString()}">` +
    `<saml:Issuer>${spEntityId}</saml:Issuer></samlp:AuthnRequest>`;
  return encodeURIComponent(deflateRawSync(xml).toString('base64'));
}

interface Asked {
  address: string;
  cookie: string;
}

/** @returns milliseconds until all were answered @throws Error where one is not answered with a form */
async function ask(next: () => Asked, count: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  let left = count;
  const startedAt = performance.now();
  const visitor = async () => {
    for (; left > 0; ) {
      left -= 1;
      await visit(agent, next());
    }
  };
  await Promise.all(Array.from({ length: atOnce }, visitor));
  const took = performance.now() - startedAt;
  agent.destroy();
  return took;
}

function visit(agent: Agent, { address, cookie }: Asked): Promise<void> {
  return new Promise((resolve, reject) => {
    get(address, { agent, headers: { cookie, accept: 'text/html', 'user-agent': 'bench' } }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.once('end', () => {
        const page = Buffer.concat(pieces);
        if (response.statusCode === 200 && page.includes(`action="${acsUrl}"`)) resolve();
        else reject(new Error(`${address.slice(0, 80)}: ${response.statusCode} ${response.headers.location ?? page}`));
      });
    }).once('error', reject);
  });
}

interface Usage {
  cpuMs: number;
  databaseCpuMs: number;
  perSecond: number;
}

async function measured(next: () => Asked, used: () => { web: number; database: number }): Promise<Usage> {
  const before = used();
  const tookMs = await ask(next, each);
  const after = used();
  const databaseCpuMs = (after.database - before.database) / each;
  return { cpuMs: (after.web - before.web) / each + databaseCpuMs, databaseCpuMs, perSecond: each / (tookMs / 1_000) };
}

function databaseMs({ databasePid }: Product): number {
  return familyOf(databasePid).reduce((sum, pid) => sum + processorMs(pid), 0);
}

/** MiB by what they are. */
function memoryOf({ pid, databasePid }: Product): Record<string, number> {
  const sum = (pids: readonly number[]) => pids.reduce((all, one) => all + proportionalKiB(one), 0) / 1024;
  const database = familyOf(databasePid);
  const others = familyOf(pid).filter((one) => !database.includes(one));
  const named = (name: string) => others.filter((one) => commandOf(one).includes(`${name}.mjs`));
  const [web, worker] = [named('web'), named('worker')];
  const rest = others.filter((one) => !web.includes(one) && !worker.includes(one));
  return { web: sum(web), worker: sum(worker), database: sum(database), supervisor: sum(rest) };
}

function startBare(): { process: ChildProcess; url: Promise<string> } {
  const child = spawn(process.execPath, [join('dist', 'bare-signer.mjs')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const url = new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The bare server ended with code ${code}.`)));
    createInterface({ input: child.stdout }).once('line', (port) => resolve(`http://127.0.0.1:${port}/`));
  });
  return { process: child, url };
}
