import { aboutPeople } from './explain-person';
import { aboutRequests } from './explain-request';
import type { ExplainInput, Explanation } from './explanation';

/** Why a sign-in did not come about, whether it would now, and what mends it. By how things stand now. Pure. */
export function explainFailure(input: ExplainInput): Explanation {
  const { application, asked, message, hint } = input;
  const plain = { cause: message, advice: hint ?? undefined, mended: undefined, fixes: [] };
  if (!application) {
    return { ...plain, cause: `There is no application at ${asked.path ?? 'this address'}.` };
  }
  const explain = aboutRequests[input.code] ?? aboutPeople[input.code];
  return explain ? { ...plain, ...explain(input, application) } : plain;
}
