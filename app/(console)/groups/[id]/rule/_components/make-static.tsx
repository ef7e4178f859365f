'use client';

import { useState } from 'react';
import { ConfirmDestructive } from '@/components/patterns/confirm-destructive';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { updateGroupRuleAction } from '../../../actions';

/** Ends the rule: members stay, and are changed by hand from then on. */
export function MakeStatic({ group }: { group: { id: string; name: string; version: number; directMembers: number } }) {
  const [open, setOpen] = useState(false);
  const end = useAction(() => updateGroupRuleAction({ id: group.id, rule: null, version: group.version }), {
    success: `${group.name} is a static group now`,
    showError: 'inline',
    onSuccess: () => setOpen(false),
  });
  const members =
    group.directMembers === 1 ? 'Its one member stays' : `Its ${group.directMembers.toLocaleString('en')} members stay`;
  return (
    <div className="pt-8">
      <Section title="Make it a static group" description="Members are kept, and added and removed by hand." stacked>
        <Button onClick={() => setOpen(true)}>Make static</Button>
        <ConfirmDestructive
          open={open}
          onOpenChange={setOpen}
          title={`Make ${group.name} a static group?`}
          consequences={[
            `${members} in, whatever changes about them.`,
            'The rule is forgotten. The event keeps it in words.',
          ]}
          confirmLabel="Make static"
          pending={end.pending}
          error={end.error}
          onConfirm={() => void end.run()}
        />
      </Section>
    </div>
  );
}
