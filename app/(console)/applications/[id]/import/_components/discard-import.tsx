'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useAction } from '@/components/patterns/use-action';
import { AlertDialog } from '@/components/ui/alert-dialog';
import { Button } from '@/components/ui/button';
import { links } from '@/lib/core/links';
import { discardImportAction, startImportAction } from '../actions';

/** Gives up an import that waits for review: for good, or to read the accounts again. */
export function DiscardImport({ importId, applicationId }: { importId: string; applicationId: string }) {
  const router = useRouter();
  const [asking, setAsking] = useState(false);
  const again = useAction(startImportAction, {
    onSuccess: ({ id }) => router.push(links.application(applicationId).import(id)),
  });
  const discard = useAction(discardImportAction, {
    success: 'Import discarded',
    onSuccess: () => router.push(links.application(applicationId).imports()),
  });
  return (
    <>
      <Button
        size="sm"
        pending={again.pending}
        onClick={() => void again.run({ applicationId, replace: true })}
        title="Reads the accounts anew. Choices made here are lost."
      >
        Fetch again
      </Button>
      <Button size="sm" variant="ghost" onClick={() => setAsking(true)}>
        Discard
      </Button>
      <AlertDialog
        open={asking}
        onOpenChange={setAsking}
        title="Discard this import?"
        description="The list and the choices made in it are lost. Nobody was imported yet."
        confirmLabel="Discard import"
        pending={discard.pending}
        onConfirm={() => void discard.run({ importId })}
      />
    </>
  );
}
