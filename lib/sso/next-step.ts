import type { IdmStatus, SsoStatus } from '@/lib/applications/queries';
import type { SsoProblem } from './schema';

/** What is known of an application, as far as its set-up goes. */
export interface SetUp {
  kind: 'saml' | 'bookmark';
  ssoStatus: SsoStatus;
  problems: readonly SsoProblem[];
  /** Associated user groups. */
  groupCount: number;
  /** Directly assigned people. */
  assignedCount: number;
  idmStatus: IdmStatus;
  /** Whether the template offers Identity Management, and whether it wants SSO first. */
  scim: { requiresSso: boolean } | undefined;
}

export interface NextStep {
  /** Behind the word "Next:". */
  text: string;
  /** Tab where it is done. */
  tab: 'sso' | 'bookmark' | 'groups' | 'identity-management';
}

/** The one thing to do next until an application is set up; undefined when all is done. Pure. */
export function nextStep(setUp: SetUp): NextStep | undefined {
  const { kind, ssoStatus, groupCount, assignedCount, idmStatus, scim } = setUp;
  if (idmStatus === 'quarantined') {
    return { text: 'mend the connection: it is quarantined', tab: 'identity-management' };
  }
  // One instance of an application may sign people in while another provisions them.
  const provisionsOnly = idmStatus !== 'not_configured';
  if (kind === 'bookmark') {
    if (ssoStatus !== 'active') return { text: 'activate the bookmark', tab: 'bookmark' };
  } else if (ssoStatus === 'not_configured' && !provisionsOnly) {
    const [problem] = setUp.problems;
    return { text: problem ? stepFor(problem) : 'check the SSO settings and save them', tab: 'sso' };
  }
  if (groupCount === 0 && assignedCount === 0) {
    const text =
      provisionsOnly && ssoStatus === 'not_configured'
        ? inScope
        : 'select the user groups that get access; until then everybody is denied';
    return { text, tab: 'groups' };
  }
  const mayConfigure = scim && (ssoStatus === 'active' || !scim.requiresSso);
  if (mayConfigure && idmStatus === 'not_configured') {
    return { text: 'configure Identity Management and test the connection', tab: 'identity-management' };
  }
  return undefined;
}

const inScope = 'select the user groups whose members get an account';

function stepFor(problem: SsoProblem): string {
  const name = /^placeholders\.(.+)$/.exec(problem.field)?.[1];
  if (name) return `enter ${name} on the SSO tab`;
  if (problem.field === 'settings.spEntityId') return 'enter the SP Entity ID on the SSO tab';
  if (problem.field.startsWith('settings.acsUrls')) return 'enter the ACS URL on the SSO tab';
  return 'complete the SSO settings';
}
