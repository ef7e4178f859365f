'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { ConfirmDestructive } from '@/components/patterns/confirm-destructive';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { links } from '@/lib/core/links';
import { deleteWebhookAction } from '../../actions';

export function DeleteWebhook({ id, label, waiting }: { id: string; label: string; waiting: number }) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const remove = useAction(deleteWebhookAction, {
    success: `${label} was deleted`,
    showError: 'inline',
    onSuccess: () => router.push(links.webhooks()),
  });
  return (
    <Section title="Delete this webhook" description="The events themselves stay in Latchkey." stacked>
      <Button variant="danger-quiet" onClick={() => setOpen(true)}>
        Delete webhook
      </Button>
      <ConfirmDestructive
        open={open}
        onOpenChange={setOpen}
        title={`Delete ${label}?`}
        consequences={[
          'Nothing is sent to the receiver any more.',
          waiting > 0
            ? `${waiting === 1 ? 'One message that is' : `${waiting.toLocaleString('en')} messages that are`} waiting will not be sent.`
            : 'Nothing is waiting to be sent.',
          'The list of its deliveries is deleted with it.',
        ]}
        confirmLabel="Delete webhook"
        pending={remove.pending}
        error={remove.error}
        onConfirm={() => remove.run({ id })}
      />
    </Section>
  );
}
