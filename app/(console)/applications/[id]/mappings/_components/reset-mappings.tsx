'use client';

import { useState } from 'react';
import { useAction } from '@/components/patterns/use-action';
import { AlertDialog } from '@/components/ui/alert-dialog';
import { Button } from '@/components/ui/button';
import type { ObjectType } from '@/lib/mappings/schema';
import { resetMappingsAction } from '../actions';
import { MappingImpact } from './mapping-impact';

/** Goes back to the template's table, after a question that says whose accounts it deactivates. */
export function ResetMappings({
  applicationId,
  objectType,
  version,
  templateName,
}: {
  applicationId: string;
  objectType: ObjectType;
  version: number;
  templateName: string;
}) {
  const [open, setOpen] = useState(false);
  const reset = useAction(resetMappingsAction, {
    success: 'Mappings were reset to the template',
    onSuccess: () => setOpen(false),
  });
  return (
    <>
      <Button variant="ghost" className="w-fit text-muted" onClick={() => setOpen(true)}>
        Reset to template
      </Button>
      <AlertDialog
        open={open}
        onOpenChange={setOpen}
        title={`Reset these mappings to the template of ${templateName}?`}
        description="Every change made to this table is lost. Everyone in the application is then looked at again, and what differs is sent."
        confirmLabel="Reset mappings"
        danger
        pending={reset.pending}
        onConfirm={() => void reset.run({ applicationId, objectType, version })}
      >
        <MappingImpact applicationId={applicationId} objectType={objectType} table={{ template: true }} />
      </AlertDialog>
    </>
  );
}
