import { Agent, request } from 'node:http';
import { formType, openSignInPage, type SignInPage, signInBody, signInPath } from './sign-in-over-http';

// A process of its own: what it costs must not be taken for what the product takes. Sends wrong sign-ins at a fixed rate,
// whether they are answered or not, and says at the end how each was answered.
const [origin = '', known = '', perSecond = '200', seconds = '60'] = process.argv.slice(2);

const { hostname, port } = new URL(origin);
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const page = await openSignInPage(origin);
const statuses: Record<string, number> = {};
let open = 0;

function count(what: string): void {
  statuses[what] = (statuses[what] ?? 0) + 1;
}

function guess(number: number, { cookie }: SignInPage): void {
  // In turn, somebody who exists and somebody who does not.
  const identifier = number % 2 === 0 ? known : `nobody-${number}@acme.example`;
  const headers = { 'content-type': formType, cookie, origin };
  open += 1;
  request({ agent, hostname, port, path: signInPath, method: 'POST', headers }, (response) => {
    count(String(response.statusCode));
    response.resume();
    response.once('close', () => {
      open -= 1;
    });
  })
    .once('error', () => {
      count('no answer');
      open -= 1;
    })
    .end(signInBody(page, identifier, `wrong ${number}`));
}

const total = Number(perSecond) * Number(seconds);
const startedAt = performance.now();
let sent = 0;
const timer = setInterval(() => {
  const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1000) * Number(perSecond)));
  for (; sent < due; sent += 1) guess(sent, page);
  if (sent === total) clearInterval(timer);
}, 5);
while (sent < total) await new Promise((resolve) => setTimeout(resolve, 100));
const tookSeconds = (performance.now() - startedAt) / 1000;
for (let waited = 0; open > 0 && waited < 100; waited += 1) await new Promise((resolve) => setTimeout(resolve, 100));
if (open > 0) statuses['no answer'] = (statuses['no answer'] ?? 0) + open;
console.log(JSON.stringify({ perSecond: Math.round(sent / tookSeconds), statuses }));
process.exit(0);
