import { AppError } from '@/lib/core/errors';
import { networkList } from '@/lib/http/network-list';
import type { SsoSettings } from '@/lib/saml/schema';
import type { Provider } from './provider';

// Conditions that an application has for a sign-in beside who may use it. `planAssertion` asks each of them, so that sign-ins and what shows
// one in advance agree; one more, such as a second factor, stands here and is asked there.

/** Made once for settings, which are kept for many sign-ins. */
const lists = new WeakMap<readonly string[], ReturnType<typeof networkList>>();

/** Whether people may sign in from an address; null: nobody can tell where they are. No networks: from anywhere. Pure. */
export function isNetworkAllowed(
  { allowedNetworks }: Pick<SsoSettings, 'allowedNetworks'>,
  address: string | null,
): boolean {
  if (allowedNetworks.length === 0) return true;
  const contains = lists.get(allowedNetworks) ?? networkList(allowedNetworks);
  lists.set(allowedNetworks, contains);
  return address !== null && contains(address);
}

/** @throws AppError `network_not_allowed`, for the person's page */
export function checkNetwork({ application }: Provider, settings: SsoSettings, address: string | null): void {
  if (isNetworkAllowed(settings, address)) return;
  throw new AppError('network_not_allowed', `You cannot sign in to ${application.displayLabel} from where you are.`, {
    hint: `It is open from certain networks only, and ${address ?? 'your address'} is in none of them. Connect to your organization’s network or VPN and try again, or tell your administrator the reference below.`,
  });
}

/** Whether the password was given so long ago that the application wants it again. Pure. */
export function isPasswordTooOld(
  { passwordMinutes }: Pick<SsoSettings, 'passwordMinutes'>,
  authenticatedAt: Date,
  now: Date,
): boolean {
  return passwordMinutes !== null && now.getTime() - authenticatedAt.getTime() > passwordMinutes * 60_000;
}
