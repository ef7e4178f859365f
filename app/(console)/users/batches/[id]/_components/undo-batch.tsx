'use client';

import { Undo2 } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { ConfirmDestructive } from '@/components/patterns/confirm-destructive';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { type BatchActionName, batchWords, undoneBy } from '@/lib/batches/schema';
import { links } from '@/lib/core/links';
import { undoUserBatchAction } from '../../../actions';

/** Takes back what was done, of those of whom it was. */
export function UndoBatch({ id, action, done }: { id: string; action: BatchActionName; done: number }) {
  const [open, setOpen] = useState(false);
  const router = useRouter();
  const undo = useAction(undoUserBatchAction, {
    showError: 'inline',
    onSuccess: (started) => router.push(links.userBatch(started.id)),
  });
  const to = undoneBy[action];
  if (!to) return null;
  const people = done === 1 ? '1 person' : `${done.toLocaleString('en')} people`;
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <Undo2 aria-hidden className="text-muted" /> Undo
      </Button>
      <ConfirmDestructive
        open={open}
        onOpenChange={setOpen}
        title={`Undo this for ${people}?`}
        consequences={[
          `Whoever was ${batchWords[action].done} by it is ${batchWords[to].done}.`,
          'Of whom it failed, or who was so already, nothing changes.',
        ]}
        confirmLabel="Undo"
        pending={undo.pending}
        error={undo.error}
        onConfirm={() => undo.run({ id })}
      />
    </>
  );
}
