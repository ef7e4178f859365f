import { parseArgs } from 'node:util';
import { type ApiCreate, measureApiCreate } from './api-create';
import { expressionComparison } from './expressions';
import { importKeys, importsHold, importsInJson, importsInWords, measureImports } from './imports';
import { compareLists, type ListTimes, type ReadTimes } from './lists';
import { type Login, loginInWords, measureLogin } from './login';
import { type Measured, measure } from './measure';
import { planningComparison } from './planning';
import { measureProvisioning, provisioningHolds, provisioningInJson, provisioningInWords } from './provisioning';
import { samlComparisons } from './saml';
import { measureUnderAttack, type UnderAttack } from './under-attack';

const usage = `npm run bench -- [beginning of a key …] [--json] [--attack-seconds 60] [--people 100000] [--keep folder] [--all]
  [--profile folder]

Without a key, everything: saml.write, saml.writeEncrypted, saml.verify, saml.verifyPost, saml.samlifyWrite, saml.samlifyVerify, saml.login, mappings.evaluate, provisioning.plan,
provisioning.engine, signIn.underAttack, api.create, imports.list, imports.match, and lists.users, lists.search, lists.groups, lists.members, lists.events, lists.imports,
lists.assignments, lists.appGroups, lists.mappings, lists.identity, lists.preview, lists.outgoing, which compare an installation of
--people with one of 1,000. --keep leaves the installations in a
folder for another run. --all prints every read of the lists, not the worst alone.

provisioning.engine runs first cycles of --people (there: 5,000) beside the wire. --all measures memory at 25,000 and
100,000 people too, which takes long. --profile writes a processor profile of its worker into a folder. With --json, only that goes to standard output.`;

const rounds = 11;
const attackKey = 'signIn.underAttack';
const createKey = 'api.create';
const loginKey = 'saml.login';
const engineKey = 'provisioning.engine';

const { values: options, positionals: keys } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    'attack-seconds': { type: 'string', default: '60' },
    people: { type: 'string' },
    keep: { type: 'string' },
    all: { type: 'boolean', default: false },
    profile: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const attackSeconds = Number(options['attack-seconds']);
const people = options.people === undefined ? undefined : Number(options.people);
if (options.help || !(attackSeconds >= 1) || !((people ?? 1_000) >= 1_000)) {
  console.error(usage);
  process.exit(options.help ? 0 : 1);
}

const isWanted = (key: string) => keys.length === 0 || keys.some((beginning) => key.startsWith(beginning));
const say = (line: string) => console.error(line);

const all = [...(await samlComparisons()), expressionComparison(), planningComparison()];
const measured: Measured[] = [];
for (const comparison of all) if (isWanted(comparison.key)) measured.push(await measure(comparison, rounds));
if (!options.json && measured.length > 0) {
  console.log(`Each beside its limit, in one run: median of ${rounds} rounds. A ratio of 1 is as fast as the limit.\n`);
  for (const line of table(measured)) console.log(line);
}
const underAttack = isWanted(attackKey) ? await measureUnderAttack(attackSeconds, say) : undefined;
if (underAttack && !options.json) for (const line of inWords(underAttack)) console.log(line);
const wantsLists = keys.length === 0 || keys.some((key) => key.startsWith('lists') || 'lists.'.startsWith(key));
const lists = wantsLists
  ? await compareLists(
      keys.filter((key) => key.startsWith('lists.')),
      { people: people ?? 100_000, keep: options.keep },
      say,
    )
  : [];
if (!options.json) for (const list of lists) for (const line of listInWords(list)) console.log(line);
const apiCreate = isWanted(createKey) ? await measureApiCreate(say) : undefined;
if (apiCreate && !options.json) for (const line of createInWords(apiCreate)) console.log(line);
const login: Login | undefined = isWanted(loginKey) ? await measureLogin(say) : undefined;
if (login && !options.json) for (const line of loginInWords(login)) console.log(line);
const wantedImports = importKeys.filter(isWanted);
const imports = wantedImports.length > 0 ? await measureImports(wantedImports, say) : undefined;
if (imports && !options.json) for (const line of importsInWords(imports)) console.log(line);
const engine = isWanted(engineKey)
  ? await measureProvisioning({ people: people ?? 5_000, memory: options.all, profile: options.profile }, say)
  : undefined;
if (engine && !options.json) for (const line of provisioningInWords(engine)) console.log(line);
if (options.json) console.log(JSON.stringify(nested(), null, 2));
// What has to hold is told to whoever runs this in a script, too.
if ([...measured, underAttack, apiCreate, login, ...lists].some((result) => result?.holds === false))
  process.exitCode = 1;
if (engine && !provisioningHolds(engine)) process.exitCode = 1;
if (imports && !importsHold(imports)) process.exitCode = 1;

/** By key: `{saml: {writeResponse: {…}}, signIn: {underAttack: {…}}}`. */
function nested(): Record<string, Record<string, unknown>> {
  const result: Record<string, Record<string, unknown>> = {};
  const named = [...measured, ...lists].map(({ key, ...rest }) => [key, rest] as const);
  const found = [...named, [attackKey, underAttack] as const, [createKey, apiCreate] as const];
  for (const [key, value] of found) {
    const [group = '', name = ''] = key.split('.');
    if (value) result[group] = { ...result[group], [name]: value };
  }
  if (login) {
    const { loginRps, loginCpu, pss, ...rest } = login;
    result.saml = { ...result.saml, login: rest, loginRps, loginCpu, pss };
  }
  if (imports) result.imports = importsInJson(imports);
  if (engine) result.provisioning = { ...result.provisioning, ...provisioningInJson(engine) };
  return result;
}

function listInWords({ key, name, ratio, limit, holds, reads }: ListTimes): string[] {
  const shown = options.all ? reads : reads.filter((read) => read.ratio > limit).slice(0, 12);
  return [
    '',
    `${key}: ${ratio.toFixed(2)} times (${name}) of ${reads.length} reads, at most ${limit}: ${holds ? 'holds' : 'DOES NOT HOLD'}`,
    ...shown.map(
      (read) =>
        `  ${read.ratio.toFixed(2).padStart(8)}  ${read.smallMs.toFixed(1).padStart(8)} ms → ${read.largeMs.toFixed(1).padStart(8)} ms  ${read.name}${rowsInWords(read)}`,
    ),
  ];
}

function rowsInWords({ smallRows, largeRows }: ReadTimes): string {
  return smallRows === largeRows ? '' : ` (${smallRows} rows → ${largeRows})`;
}

function inWords({ quietP95Ms, attackP95Ms, ratio, limit, holds, visits, attack }: UnderAttack): string[] {
  const answers = Object.entries(attack.statuses).map(
    ([status, count]) => `${status}: ${count.toLocaleString('en-US')}`,
  );
  return [
    '',
    `${attackKey}: the portal of somebody who is signed in, 95 of 100 visits`,
    `  quiet          ${quietP95Ms.toFixed(1)} ms  (${visits.quiet} visits)`,
    `  under attack   ${attackP95Ms.toFixed(1)} ms  (${visits.attack} visits; ${attack.perSecond} wrong sign-ins a second for ` +
      `${attack.seconds} s, answered ${answers.join(', ')})`,
    `  ratio          ${ratio.toFixed(2)}, which has to stay below ${limit}: ${holds ? 'holds' : 'DOES NOT HOLD'}`,
  ];
}

function createInWords({ people, holds, ...found }: ApiCreate): string[] {
  return [
    '',
    `${createKey}: ${people.toLocaleString('en-US')} people created by the HTTP API, 16 at once`,
    `  ours           ${found.perSecond.toFixed(0)} a second, ${found.statementsEach} statements each (at most ${found.statementsLimit})`,
    `  a bare route   ${found.bareRatePerSecond.toFixed(0)} a second`,
    `  ratio          ${found.ratio.toFixed(2)}, which has to reach ${found.limit}: ${holds ? 'holds' : 'DOES NOT HOLD'}`,
  ];
}

function table(rows: readonly Measured[]): string[] {
  const cells = [
    ['what', 'limit', 'µs', 'µs of the limit', 'ratio', 'lowest – highest', 'at least'],
    ...rows.map((row) => [
      row.name,
      row.limitName,
      microseconds(row.oursUs),
      microseconds(row.limitUs),
      row.ratio.toFixed(2),
      `${row.lowest.toFixed(2)} – ${row.highest.toFixed(2)}`,
      row.least === undefined ? '' : `${row.least}${row.holds ? '' : ': DOES NOT HOLD'}`,
    ]),
  ];
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells.map((row) =>
    row
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
}

function microseconds(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(2);
}
