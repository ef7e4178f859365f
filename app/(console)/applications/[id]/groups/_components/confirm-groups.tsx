'use client';

import { AlertDialog } from '@/components/ui/alert-dialog';
import { DeprovisionImpact } from '../../../../_components/deprovision-impact';

/** Who loses access and account is named before groups are disassociated. */
export function ConfirmGroups({
  open,
  onOpenChange,
  appName,
  applicationId,
  add,
  remove,
  pending,
  onConfirm,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  appName: string;
  applicationId: string;
  add: readonly string[];
  remove: readonly string[];
  pending: boolean;
  onConfirm: () => void;
}) {
  const query = new URLSearchParams({ withoutGroupIds: remove.join(','), withGroupIds: add.join(',') });
  return (
    <AlertDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Disassociate ${remove.length === 1 ? 'this user group' : `${remove.length} user groups`}?`}
      description={`Groups stay as they are in ${appName}. Members who are in no other associated group lose access.`}
      confirmLabel="Save"
      danger
      pending={pending}
      onConfirm={onConfirm}
    >
      <DeprovisionImpact url={`/api/applications/${applicationId}/deprovision-preview?${query}`} />
    </AlertDialog>
  );
}
