'use client';

import { DeprovisionImpact } from '@/app/(console)/_components/deprovision-impact';
import type { ObjectType } from '@/lib/mappings/schema';
import type { UserTable } from '@/lib/provisioning/queries/mapping-deprovision-preview';

/** In the dialog before a mapping table is saved, reset or gone back to: whose accounts that deactivates. A table of groups deactivates nobody. */
export function MappingImpact({
  applicationId,
  objectType,
  table,
}: {
  applicationId: string;
  objectType: ObjectType;
  table: UserTable;
}) {
  if (objectType !== 'user') return null;
  return (
    <DeprovisionImpact
      url={`/api/applications/${applicationId}/deprovision-preview`}
      body={table}
      accountAlone="mapped to be inactive"
    />
  );
}
