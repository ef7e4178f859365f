import { DescriptionList } from '@/components/ui/table';
import type { ScimCapabilities } from '@/lib/scim/capabilities';

/** What was learned of the server, in words. */
export function CapabilityList({ capabilities }: { capabilities: ScimCapabilities }) {
  const { patch, filter, filterMaxResults, bulk, pageSize, pathFilters, maxMembers, source } = capabilities;
  return (
    <DescriptionList
      items={[
        { label: 'PATCH', value: patch ? 'Yes: only what changes is sent' : 'No: the whole resource is sent with PUT' },
        { label: 'Search', value: filter ? 'Yes' : 'No: existing accounts are found by reading all of them' },
        ...(filterMaxResults > 0 ? [{ label: 'Results a page', value: filterMaxResults.toLocaleString('en') }] : []),
        ...(pageSize ? [{ label: 'Page size seen', value: pageSize.toLocaleString('en') }] : []),
        ...(maxMembers ? [{ label: 'Members per request', value: maxMembers.toLocaleString('en') }] : []),
        ...(pathFilters ? [] : [{ label: 'Path filters', value: 'Not understood in PATCH; whole values are sent' }]),
        {
          label: 'Bulk',
          value: bulk.supported ? `Offered, ${bulk.maxOperations.toLocaleString('en')} operations a request` : 'No',
        },
        {
          label: 'Known from',
          value: source === 'server' ? 'ServiceProviderConfig' : 'Assumed; the server does not say',
        },
      ]}
    />
  );
}
