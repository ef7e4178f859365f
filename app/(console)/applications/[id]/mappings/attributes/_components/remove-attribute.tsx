'use client';

import { useState } from 'react';
import { FormError } from '@/components/patterns/form-error';
import { useAction } from '@/components/patterns/use-action';
import { AlertDialog } from '@/components/ui/alert-dialog';
import { Button } from '@/components/ui/button';
import { setTargetAttributesAction } from '../../actions';
import { type AttributeList, withoutAttribute } from './list';

/** Takes one attribute that was added out of its list, after a question. */
export function RemoveAttribute({ list, path }: { list: AttributeList; path: string }) {
  const [open, setOpen] = useState(false);
  const remove = useAction(setTargetAttributesAction, {
    success: `${path} was removed from the list`,
    onSuccess: () => setOpen(false),
    showError: 'inline',
  });
  const { applicationId, version, objectType } = list;
  return (
    <>
      <Button
        size="sm"
        variant="ghost"
        className="text-error"
        aria-label={`Remove ${path}`}
        onClick={() => {
          remove.clearError();
          setOpen(true);
        }}
      >
        Remove
      </Button>
      <AlertDialog
        open={open}
        onOpenChange={setOpen}
        title={<span className="break-all">Remove {path} from the list?</span>}
        description="Its type is forgotten. Nothing is changed in the application, and the attribute can be added again."
        confirmLabel="Remove attribute"
        danger
        pending={remove.pending}
        onConfirm={() =>
          void remove.run({
            ...{ applicationId, version, objectType },
            attributes: withoutAttribute(list, path),
          })
        }
      >
        {remove.error && <FormError error={remove.error} />}
      </AlertDialog>
    </>
  );
}
