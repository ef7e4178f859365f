/** What a strict service provider asks of a response, in the order in which it asks; the keys name the checks for scripts. */
export const checkNames = {
  'well-formed': 'XML is well-formed and a Response',
  status: 'Status is Success',
  destination: 'Destination is this ACS',
  'in-response-to': 'InResponseTo is an open request of ours',
  issuer: 'Issuer is the configured identity provider',
  'one-assertion': 'Exactly one assertion',
  decryption: 'Encrypted assertion can be opened',
  signed: 'Response or assertion is signed',
  algorithm: 'Signature algorithm is not SHA-1',
  signature: 'Signature verifies with the configured certificate',
  replay: 'Not used before',
  audience: 'Audience is this service provider',
  'not-before': 'NotBefore has passed',
  'not-on-or-after': 'NotOnOrAfter lies ahead',
  recipient: 'Bearer confirmation is for this ACS',
  confirmation: 'Bearer confirmation has not expired',
  'confirmed-request': 'Bearer confirmation is for the same request',
  'authn-statement': 'AuthnStatement with a session that has not ended',
  'name-id': 'NameID is present',
  'name-id-format': 'NameID fits its format',
  library: 'SAML library agrees',
  account: 'Account matches',
} as const;

export type CheckId = keyof typeof checkNames;

/** One check of a response: what was asked, and what came. Both are empty where it was not reached. */
export interface Check {
  id: CheckId;
  name: string;
  state: 'passed' | 'failed' | 'not reached';
  expected: string;
  came: string;
}

/** Of the last response that came: for the page and for scripts. */
export interface SamlResult {
  /** When it came (ISO 8601). */
  at: string;
  outcome: 'signed in' | 'refused';
  checks: Check[];
}

const longestValue = 500;

/** Notes down what is found; what nobody noted was not reached. */
export class Checks {
  private readonly found = new Map<CheckId, Omit<Check, 'id' | 'name'>>();

  /** @returns whether it passed */
  note(id: CheckId, passed: boolean, expected: string, came: string): boolean {
    this.found.set(id, {
      state: passed ? 'passed' : 'failed',
      expected,
      came: came.slice(0, longestValue) || 'Nothing',
    });
    return passed;
  }

  /** The first that failed, in the order of the list. */
  get failed(): Check | undefined {
    return this.list().find(({ state }) => state === 'failed');
  }

  list(): Check[] {
    return (Object.keys(checkNames) as CheckId[]).map((id) => {
      const found = this.found.get(id) ?? { state: 'not reached' as const, expected: '', came: '' };
      return { id, name: checkNames[id], ...found };
    });
  }
}
