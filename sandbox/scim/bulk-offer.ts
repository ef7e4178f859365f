import type { Tenant } from '../store/tenant';

/** What is announced of requests of several. */
export const bulkLimits = { maxOperations: 100, maxPayloadSize: 1_048_576 };

/** What ServiceProviderConfig says of them (RFC 7643 section 5). */
export function bulkOf({ faults, profile }: Tenant) {
  const isOffered = faults.bulk === 'as the application' ? profile.scim.bulk : faults.bulk !== 'not announced';
  return isOffered ? { supported: true, ...bulkLimits } : { supported: false, maxOperations: 0, maxPayloadSize: 0 };
}
