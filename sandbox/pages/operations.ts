import {
  bulkAnswerFaults,
  bulkFaults,
  type Faults,
  idFaults,
  listFaults,
  logoutFaults,
  type RequestEntry,
  searchFaults,
} from '../store/records';
import type { Tenant } from '../store/tenant';
import { type Html, html } from './html';
import { badge, notice, type Site, tenantPage, time, trail } from './layout';

type NumberFault = { [K in keyof Faults]: number extends Faults[K] ? K : never }[keyof Faults];
type SwitchFault = { [K in keyof Faults]: Faults[K] extends boolean ? K : never }[keyof Faults];

interface Choice<K extends keyof Faults = keyof Faults> {
  id: K;
  label: string;
  help: string;
  options: ReadonlyArray<{ value: Faults[K]; label: string }>;
}

/** The options of a fault, all of them of its type. */
function choice<K extends keyof Faults>(id: K, label: string, help: string, options: Choice<K>['options']): Choice {
  return { id, label, help, options } as unknown as Choice;
}

const named = <S extends string>(options: readonly S[]) => options.map((value) => ({ value, label: value }));
const withStatus = <S extends number>(value: S) => ({ value, label: String(value) });

const choices: readonly Choice[] = [
  choice('failStatus', 'Failures answer with', '503 has a Retry-After.', [withStatus(503), withStatus(500)]),
  choice('maxMembersStatus', 'More members are refused with', '413 says how many it takes, 400 says nothing.', [
    withStatus(413),
    withStatus(400),
  ]),
  choice('refusePatch', 'Refuse PATCH although announced', 'PUT works.', [
    { value: 'none', label: 'Of nothing' },
    { value: 'users', label: 'Of users' },
    { value: 'groups', label: 'Of groups' },
    { value: 'all', label: 'Of users and groups' },
  ]),
  choice('refusePatchStatus', 'It is refused with', 'Method not allowed, or not implemented.', [
    withStatus(405),
    withStatus(501),
  ]),
  choice('formStatus', 'Forms of PATCH are refused with', 'Those that are switched off below.', [
    withStatus(400),
    withStatus(500),
  ]),
  choice('ignoreDeactivation', 'Do nothing when an account is deactivated', 'The answer is a success.', [
    { value: 'none', label: 'Never' },
    { value: 'patch', label: 'By PATCH' },
    { value: 'all', label: 'By PATCH and by PUT' },
  ]),
  choice('lists', 'Lists', 'What they answer instead of what was asked.', named(listFaults)),
  choice('search', 'Searches', 'What a filter leads to.', named(searchFaults)),
  choice('bulk', 'Requests of several (/Bulk)', 'Whether they are taken, and announced.', named(bulkFaults)),
  choice('bulkAnswers', 'Answers to them', 'What they tell of the operations.', named(bulkAnswerFaults)),
  choice('logout', 'Single logout', 'What it does when the identity provider asks for it.', named(logoutFaults)),
  choice('ids', 'Ids', 'As numbers, or others after each change.', named(idFaults)),
];

const numbers: ReadonlyArray<{ id: NumberFault; label: string; help: string; max: number; step?: string }> = [
  { id: 'latencyMs', label: 'Latency (ms)', help: 'Added before each answer.', max: 60_000 },
  {
    id: 'requestsPerSecond',
    label: 'Rate limit (requests per second)',
    help: '0 is unlimited. Above it: 429 with Retry-After.',
    max: 10_000,
  },
  { id: 'retryAfterSeconds', label: 'Retry-After (seconds)', help: 'Sent with 429 and 503.', max: 3600 },
  {
    id: 'failRate',
    label: 'Failing requests (share, 0 to 1)',
    help: 'This share of requests fails at random.',
    max: 1,
    step: '0.01',
  },
  { id: 'failNext', label: 'Fail the next … requests', help: 'Then all is well again.', max: 100_000 },
  {
    id: 'dropNext',
    label: 'Lose the answers of the next … writes',
    help: 'The write is carried out, then the connection is cut.',
    max: 100_000,
  },
  {
    id: 'dropRate',
    label: 'Lost answers (share, 0 to 1)',
    help: 'This share of writes is carried out without an answer.',
    max: 1,
    step: '0.01',
  },
  { id: 'maxMembersPerRequest', label: 'Members per request', help: '0 is unlimited. More are refused.', max: 100_000 },
  { id: 'maxPageSize', label: 'Page size', help: '0 keeps the page size of the application.', max: 1000 },
  {
    id: 'unlisted',
    label: 'Accounts left out of lists',
    help: 'The newest are in no list and no search. By their id they answer.',
    max: 100_000,
  },
  {
    id: 'consistencyMs',
    label: 'Consistency (ms)',
    help: 'So long, something new is in no list and no search. By its id it answers at once.',
    max: 60_000,
  },
  {
    id: 'resetNext',
    label: 'Cut off the next … requests',
    help: 'Nothing is done, nothing is answered.',
    max: 100_000,
  },
  {
    id: 'misfortunes',
    label: 'Misfortunes (share, 0 to 1)',
    help: '5xx, 429 with Retry-After, HTML, garbage, cut and slow answers, by chance.',
    max: 1,
    step: '0.01',
  },
  { id: 'misfortuneSeed', label: 'Seed of that chance', help: 'The same again for the same number.', max: 1_000_000 },
  {
    id: 'bulkOperations',
    label: 'Operations per request of several',
    help: '0: as many as are announced. Above it: 413.',
    max: 100_000,
  },
  { id: 'bulkMs', label: 'Each of those operations takes (ms)', help: 'One after the other.', max: 10_000 },
  { id: 'membersShown', label: 'Members told of a group', help: '0: all. Otherwise the first ones.', max: 100_000 },
];

const switches: ReadonlyArray<{ id: SwitchFault; label: string; help: string }> = [
  { id: 'unauthorized', label: 'Refuse every token', help: '401, as if all tokens had been revoked.' },
  {
    id: 'refreshRefused',
    label: 'Refuse refresh tokens',
    help: 'The token endpoint answers invalid_grant: whoever allowed it has to do so again.',
  },
  {
    id: 'tokenEndpointDown',
    label: 'Token endpoint out of order',
    help: 'It answers 503. Access tokens that there are go on.',
  },
  {
    id: 'readOnly',
    label: 'Refuse writes',
    help: '403, as with the token of somebody who is no longer administrator.',
  },
  { id: 'html', label: 'Answer with HTML', help: 'Status 200 and an error page, as a proxy does.' },
  { id: 'noPatch', label: 'No PATCH', help: '501, and not announced in ServiceProviderConfig.' },
  { id: 'sameNames', label: 'Two of one name', help: 'No conflict where a name or an address is taken.' },
  { id: 'noDiscovery', label: 'No discovery', help: '404 for ServiceProviderConfig, ResourceTypes and Schemas.' },
  { id: 'fixedGroups', label: 'Fixed groups', help: '403 for creating and renaming. Members can be changed.' },
  { id: 'membersNever', label: 'Members hidden', help: 'Groups are told without members.' },
  { id: 'membersNotListed', label: 'Members left out of lists', help: 'A group that is read by its id has them.' },
  { id: 'oneOperation', label: 'One operation per PATCH', help: 'Several in one request are refused.' },
  { id: 'noPathFilters', label: 'No filters in paths', help: 'A PATCH of emails[type eq "work"].value is refused.' },
  { id: 'noReplaceOfAbsent', label: 'No replacing of what is not there', help: 'Adding it works.' },
  { id: 'requireVersion', label: 'Require If-Match', help: '428 without it, 412 with a version that is over.' },
  {
    id: 'emptyAnswers',
    label: 'Answer changes with 204',
    help: 'PATCH and PUT do not tell what became of the resource.',
  },
];

/** What the tenant's SCIM server is told to do wrong. */
export function faultsPage(site: Site, tenant: Tenant, saved: boolean): string {
  const { faults } = tenant;
  const body = html`${trail(['Sandbox', 'Faults'])}<h1>Faults</h1>${saved ? notice('ok', 'Faults saved.') : ''}
<form method="post" action="/${tenant.key}/faults" class="card"><p class="soft">For the servers of ${tenant.name} only. Zero and off mean none.</p>
<h2>How much and how often</h2><div class="columns">${numbers.map(({ id, label, help, max, step = '1' }) => html`<div class="field"><label for="${id}">${label}</label><input type="number" id="${id}" name="${id}" min="0" max="${max}" step="${step}" value="${faults[id]}" aria-describedby="${id}-help"><p class="help" id="${id}-help">${help}</p></div>`)}</div>
<h2>How it answers</h2><div class="columns">${choices.map(({ id, label, help, options }) => html`<div class="field"><label for="${id}">${label}</label><select id="${id}" name="${id}" aria-describedby="${id}-help">${options.map(({ value, label: text }) => html`<option value="${value}"${value === faults[id] ? html` selected` : ''}>${text}</option>`)}</select><p class="help" id="${id}-help">${help}</p></div>`)}
<div class="field"><label for="protectedUser">Protected account</label><input type="text" id="protectedUser" name="protectedUser" maxlength="100" value="${faults.protectedUser}" aria-describedby="protectedUser-help"><p class="help" id="protectedUser-help">userName. Writes to this account are refused with 403.</p></div></div>
<h2>What it refuses, hides or cannot do</h2><div class="columns">${switches.map(({ id, label, help }) => html`<div class="check"><input type="checkbox" id="${id}" name="${id}"${faults[id] ? html` checked` : ''} aria-describedby="${id}-help"><div><label for="${id}">${label}</label><p class="help" id="${id}-help">${help}</p></div></div>`)}</div>
<div class="row save"><button>Save faults</button><button class="plain" name="clear" value="1">Clear all faults</button></div></form>`;
  return tenantPage(site, tenant, { title: 'Faults', body });
}

/**
 * Reads faults from a form or from JSON, each within its bounds.
 * @param partial keep what is not named (JSON), instead of switching it off (a form leaves out what is unchecked)
 */
export function readFaults(current: Faults, given: Record<string, unknown>, partial: boolean): Faults {
  const faults = { ...current };
  for (const { id, max } of numbers) {
    const value = Number(given[id] ?? faults[id]);
    if (Number.isFinite(value)) faults[id] = Math.min(Math.max(0, value), max);
  }
  for (const { id, options } of choices) {
    const chosen = options.find(({ value }) => String(value) === String(given[id]));
    if (chosen) Object.assign(faults, { [id]: chosen.value });
  }
  if (typeof given.protectedUser === 'string') faults.protectedUser = given.protectedUser.trim().slice(0, 100);
  for (const { id } of switches) {
    if (!partial || given[id] !== undefined) faults[id] = given[id] === true || given[id] === 'on';
  }
  return faults;
}

/** The last SCIM requests, newest first. */
export function requestsPage(site: Site, tenant: Tenant): string {
  const entries = tenant.log.list();
  const counters = tenant.log.counters();
  const body = html`${trail(['Sandbox', 'SCIM request log'])}<h1>SCIM request log</h1>
<div class="row between"><p class="soft">${counters.total} requests, ${counters.writes} of them writes. The last 500 are kept; tokens never are.</p><form method="post" action="/${tenant.key}/requests/clear"><button class="plain">Clear the log</button></form></div>
${entries.length === 0 ? html`<p class="card soft">No request yet. Test the connection in the console, and it shows up here.</p>` : html`<div class="table"><table><thead><tr><th class="number">#</th><th>Time (UTC)</th><th>Method</th><th>Path</th><th>Status</th><th class="number">ms</th></tr></thead><tbody>${entries.map((entry) => row(tenant, entry))}</tbody></table></div>`}`;
  return tenantPage(site, tenant, { title: 'SCIM request log', body });
}

function row(tenant: Tenant, entry: RequestEntry): Html {
  return html`<tr><td class="number">${entry.n}</td><td class="nowrap">${time(entry.at)}</td><td>${entry.method}</td><td class="value"><a href="/${tenant.key}/requests/${entry.n}"><code>${entry.path}</code></a></td><td class="nowrap">${status(entry)}</td><td class="number">${entry.durationMs}</td></tr>`;
}

export function requestPage(site: Site, tenant: Tenant, entry: RequestEntry): string {
  const body = html`${trail(['Sandbox', 'SCIM request log', `#${entry.n}`])}<h1>${entry.method} <code style="font-size:inherit">${entry.path}</code></h1>
<section class="card"><dl><dt>Time (UTC)</dt><dd>${time(entry.at)}</dd><dt>Status</dt><dd>${status(entry)}</dd><dt>Duration</dt><dd>${entry.durationMs} ms</dd></dl></section>
<section class="card"><h2>Request body</h2><pre>${pretty(entry.requestBody)}</pre></section><section class="card"><h2>Response body</h2><pre>${pretty(entry.responseBody)}</pre></section>
<a href="/${tenant.key}/requests">Back to the log</a>`;
  return tenantPage(site, tenant, { title: `Request ${entry.n}`, body });
}

function status(entry: RequestEntry): Html {
  const good = entry.status >= 200 && entry.status < 300;
  const label = entry.status === 0 ? 'No answer' : String(entry.status);
  return html`${badge(good && entry.fault === undefined ? 'ok' : 'bad', label)}${entry.fault === undefined ? '' : html` <span class="soft small">${entry.fault}</span>`}`;
}

function pretty(body: string): string {
  if (body === '') return '(empty)';
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
