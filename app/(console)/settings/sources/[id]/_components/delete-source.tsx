'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { ConfirmDestructive } from '@/components/patterns/confirm-destructive';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { links } from '@/lib/core/links';
import { deleteSourceAction } from '../../actions';

export function DeleteSource({ id, name, owned }: { id: string; name: string; owned: string }) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const remove = useAction(deleteSourceAction, {
    success: `${name} was deleted`,
    showError: 'inline',
    onSuccess: () => router.push(links.sources()),
  });
  return (
    <Section title="Delete this source" description="Its people and groups stay, and are Latchkey’s own." stacked>
      <Button variant="danger-quiet" onClick={() => setOpen(true)}>
        Delete source
      </Button>
      <ConfirmDestructive
        open={open}
        onOpenChange={setOpen}
        title={`Delete ${name}?`}
        consequences={[
          'Its tokens are refused from the next request on.',
          `${owned} stay as they are, changed here from then on.`,
          'They keep their accounts in applications: nobody is deactivated by it.',
        ]}
        typeToConfirm={{ label: `Type ${name} to confirm`, value: name }}
        confirmLabel="Delete source"
        pending={remove.pending}
        error={remove.error}
        onConfirm={(typed) => remove.run({ id, typed })}
      />
    </Section>
  );
}
