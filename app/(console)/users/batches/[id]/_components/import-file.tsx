'use client';

import { useState } from 'react';
import { ConfirmDestructive } from '@/components/patterns/confirm-destructive';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { CheckboxField } from '@/components/ui/checkbox';
import { importUserFileAction } from '../../../actions';

const people = (count: number) => (count === 1 ? '1 person' : `${count.toLocaleString('en')} people`);

/** Confirms, in numbers, what importing the file does. */
export function ImportFile({
  id,
  version,
  planned,
  refused,
}: {
  id: string;
  version: number;
  planned: { create: number; update: number; same: number };
  refused: number;
}) {
  const [open, setOpen] = useState(false);
  const [sendActivation, setSendActivation] = useState(false);
  const run = useAction(() => importUserFileAction({ id, version, sendActivation }), {
    showError: 'inline',
    onSuccess: () => setOpen(false),
  });
  const count = planned.create + planned.update;
  return (
    <>
      <Button variant="primary" disabled={count === 0} onClick={() => setOpen(true)}>
        {count === 0 ? 'Nothing to import' : `Import ${people(count)}`}
      </Button>
      <ConfirmDestructive
        open={open}
        onOpenChange={setOpen}
        title={`Import ${people(count)}?`}
        consequences={[
          `${people(planned.create)} ${planned.create === 1 ? 'is' : 'are'} created, ${people(planned.update)} updated.`,
          ...(refused > 0
            ? [`${refused.toLocaleString('en')} lines are refused, and can be downloaded with the reason.`]
            : []),
          'What changes reaches the applications within seconds.',
        ]}
        confirmLabel="Import"
        pending={run.pending}
        error={run.error}
        onConfirm={() => void run.run()}
      >
        {planned.create > 0 && (
          <CheckboxField
            label="Mail an activation link to whoever is created"
            checked={sendActivation}
            onCheckedChange={(checked) => setSendActivation(checked === true)}
          />
        )}
      </ConfirmDestructive>
    </>
  );
}
