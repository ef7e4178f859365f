'use client';

import { AlertDialog } from '@/components/ui/alert-dialog';
import type { MappingDraft } from '@/lib/applications/schema';
import { MappingImpact } from './mapping-impact';

/** Whose accounts a changed mapping of `active` deactivates, before it is saved. */
export function SaveDialog({
  applicationId,
  rows,
  pending,
  onClose,
  onSave,
}: {
  applicationId: string;
  rows: readonly MappingDraft[];
  pending: boolean;
  onClose: () => void;
  onSave: () => void;
}) {
  return (
    <AlertDialog
      open
      onOpenChange={(open) => !open && !pending && onClose()}
      title="Save the mappings?"
      description="What is mapped to active has changed: it decides whether people who have access have an active account."
      confirmLabel="Save mappings"
      pending={pending}
      onConfirm={onSave}
    >
      <MappingImpact applicationId={applicationId} objectType="user" table={{ mappings: rows }} />
    </AlertDialog>
  );
}
