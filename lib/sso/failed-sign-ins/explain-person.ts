import { networkOf } from '@/lib/http/network-list';
import { maxAllowedNetworks } from '@/lib/saml/schema';
import { isNetworkAllowed } from '../conditions';
import type { Explain, ExplainedApplication, ExplainInput, Explanation } from './explanation';

/** Where the person is in the way, or SSO itself: by code. */
export const aboutPeople: Readonly<Record<string, Explain>> = {
  not_active: (_input, { displayLabel, active }) => ({
    cause: `Single sign-on to ${displayLabel} was not active.`,
    advice: 'While it is not, nobody is signed in.',
    mended: active ? 'It is active now.' : undefined,
    fixes: active
      ? []
      : [
          {
            fix: 'activate',
            label: 'Activate SSO',
            consequences: ['People who have access can sign in at once.'],
          },
        ],
  }),
  forbidden: denied,
  UnknownPrincipal: ({ message }) => ({
    cause: message,
    advice: 'Let the person sign out here and sign in as who is meant, or start again at the application.',
  }),
  network_not_allowed: elsewhere,
  // What is said of a person whom nothing may be shown to.
  RequestDenied: (input, application) =>
    isElsewhere(input, application) ? elsewhere(input, application) : denied(input, application),
};

function denied(
  { person, message, hint }: ExplainInput,
  { displayLabel, access, draft, loginUrl }: ExplainedApplication,
): Partial<Explanation> {
  const who = person?.displayName ?? 'The person';
  if (access?.granted === false) {
    if (access.reason !== 'not_associated') {
      return {
        cause: `${who} is suspended or deleted, and gets no assertion anywhere.`,
        advice: 'Reactivate the person, where that is meant.',
      };
    }
    return {
      cause: `${who} has no access to ${displayLabel}: in no user group that is associated with it, and not assigned.`,
      advice: 'Put the person in a group that has access, or assign them directly.',
      fixes: [
        {
          fix: 'assign',
          label: `Assign ${who}`,
          consequences: [
            `${who} can sign in to ${displayLabel} at once, and gets an account there where accounts are provisioned.`,
          ],
        },
      ],
    };
  }
  if (!draft.idpInitiated && loginUrl === '') {
    return {
      cause: `${who} started here, and sign-in to ${displayLabel} starts at the application.`,
      advice: 'Enter its login URL on the SSO tab: then people are sent there.',
      fixes: [
        {
          fix: 'allow_idp_initiated',
          label: 'Allow sign-in from here',
          consequences: ['An assertion that nobody asked for is sent. Not every application takes one.'],
        },
      ],
    };
  }
  return {
    cause: message,
    advice: hint ?? undefined,
    mended: access?.granted ? `${who} has access now.` : undefined,
  };
}

function isElsewhere({ clientAddress }: ExplainInput, { access, draft }: ExplainedApplication): boolean {
  return access?.granted !== false && !isNetworkAllowed(draft, clientAddress);
}

function elsewhere(
  { person, clientAddress }: ExplainInput,
  { displayLabel, draft }: ExplainedApplication,
): Partial<Explanation> {
  const came = `${person?.displayName ?? 'The person'} came from ${clientAddress ?? 'an address that is not known'}`;
  if (isNetworkAllowed(draft, clientAddress)) {
    return { cause: `${came}, from where ${displayLabel} was not open.`, mended: 'It is open from there now.' };
  }
  const { allowedNetworks } = draft;
  const value = clientAddress === null ? undefined : networkOf(clientAddress);
  return {
    cause: `${came}, and ${displayLabel} is open from certain networks only.`,
    advice:
      'Whoever is elsewhere connects to one of them first. If this is the address of your own proxy, name it in LATCHKEY_TRUSTED_PROXIES instead: everybody who comes through it would be let in.',
    fixes:
      value === undefined || allowedNetworks.length >= maxAllowedNetworks
        ? []
        : [
            {
              fix: 'allow_network',
              label: 'Allow this network',
              value,
              consequences: [`From then on, everybody who has access to ${displayLabel} can sign in from there.`],
            },
          ],
  };
}
