import type { Check } from '../saml/checks';
import { type Html, html } from './html';
import { badge } from './layout';

const order = { failed: 0, passed: 1, 'not reached': 2 };
const kinds = { passed: 'ok', failed: 'bad', 'not reached': 'off' } as const;
const labels = { passed: 'Passed', failed: 'Failed', 'not reached': 'Not reached' };

/** The checks of a response, those that failed first. */
export function checkList(checks: Check[]): Html {
  const sorted = [...checks].sort((a, b) => order[a.state] - order[b.state]);
  return html`<div class="table checks"><table><thead><tr><th scope="col">Check</th><th scope="col">Expected</th><th scope="col">Received</th></tr></thead><tbody>${sorted.map(
    ({ id, name, state, expected, came }) =>
      html`<tr class="${state === 'failed' ? 'failed' : ''}" data-check="${id}" data-state="${state}"><th scope="row"><div class="named">${badge(kinds[state], labels[state])}<span>${name}</span></div></th><td data-label="Expected">${expected}</td><td data-label="Received">${came}</td></tr>`,
  )}</tbody></table></div>`;
}

/** The same of a response that was taken, folded away. */
export function passedChecks(checks: Check[]): Html | undefined {
  if (checks.length === 0) return undefined;
  return html`<details class="body"><summary>${checks.length} checks passed</summary><p></p>${checkList(checks)}</details>`;
}
