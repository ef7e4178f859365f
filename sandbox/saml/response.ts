import type { Profile as SamlProfile } from '@node-saml/node-saml';
import { type Account, isObject, text } from '../store/records';
import type { Tenant } from '../store/tenant';
import { checkResponse } from './check-response';
import { type Check, Checks } from './checks';
import { samlOf, ssoReady } from './service-provider';

/** Who came in, and with what; shown on the protected page. */
export interface SignedIn {
  account: Account;
  nameId: string;
  nameIdFormat: string;
  sessionIndex: string | undefined;
  attributes: Record<string, unknown>;
  issuer: string;
  initiatedBy: 'sp' | 'idp';
  checks: Check[];
}

export interface Refused {
  /** What the application tells the person. */
  refusal: string;
  /** What its administrator needs to know. */
  detail: string;
  /** Absent where nothing was looked at. */
  checks?: Check[];
}

const rejected = 'The response of your identity provider was not accepted.';

/**
 * Validates a SAML response that was posted to the ACS (SAML Profiles section 4.1.4.3) and finds the account.
 * Each check stands for itself, so that the page can show which failed; the library judges the whole once more, and
 * what is known of the person is what the library read from what is signed.
 */
export async function receiveResponse(
  tenant: Tenant,
  origin: string,
  samlResponse: string,
): Promise<SignedIn | Refused> {
  if (!ssoReady(tenant)) {
    return { refusal: 'Single sign-on is not enabled.', detail: 'The single sign-on settings are off or incomplete.' };
  }
  const checks = new Checks();
  const result = await judge(tenant, origin, samlResponse, checks);
  const outcome = 'refusal' in result ? 'refused' : 'signed in';
  tenant.lastSamlResult = { at: new Date().toISOString(), outcome, checks: checks.list() };
  return { ...result, checks: checks.list() };
}

async function judge(
  tenant: Tenant,
  origin: string,
  samlResponse: string,
  checks: Checks,
): Promise<Omit<SignedIn, 'checks'> | Refused> {
  const unsolicited = (await checkResponse(tenant, origin, samlResponse, checks)) === '';
  const { failed } = checks;
  if (failed)
    return { refusal: rejected, detail: `${failed.name}: expected ${failed.expected}, received ${failed.came}` };
  let profile: SamlProfile | null;
  try {
    const saml = await samlOf(tenant, origin, { unsolicited });
    profile = (await saml.validatePostResponseAsync({ SAMLResponse: samlResponse })).profile;
  } catch (error) {
    return disagrees(checks, error instanceof Error ? error.message : String(error));
  }
  if (!profile?.nameID) return disagrees(checks, 'It read no NameID');
  checks.note('library', true, 'Accepted', 'Accepted');
  return findAccount(tenant, profile, checks, unsolicited ? 'idp' : 'sp');
}

function disagrees(checks: Checks, detail: string): Refused {
  checks.note('library', false, 'Accepted', detail);
  return { refusal: rejected, detail };
}

function findAccount(
  tenant: Tenant,
  profile: SamlProfile,
  checks: Checks,
  initiatedBy: 'sp' | 'idp',
): Omit<SignedIn, 'checks'> | Refused {
  const wanted = `An account for ${profile.nameID} that may sign in`;
  const found = tenant.profile.saml.match(profile.nameID, tenant.store, tenant.sso);
  const refused =
    'refusal' in found
      ? found
      : found.data.active === false
        ? { refusal: 'Your account is inactive.', detail: `${text(found.data.userName)} has been deactivated.` }
        : undefined;
  checks.note('account', !refused, wanted, refused?.detail ?? ('data' in found ? text(found.data.userName) : ''));
  if (refused || 'refusal' in found) return refused ?? disagrees(checks, 'No account');
  return {
    account: found,
    nameId: profile.nameID,
    nameIdFormat: profile.nameIDFormat ?? '',
    sessionIndex: profile.sessionIndex,
    attributes: isObject(profile.attributes) ? profile.attributes : {},
    issuer: profile.issuer,
    initiatedBy,
  };
}
