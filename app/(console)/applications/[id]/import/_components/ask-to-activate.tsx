'use client';

import { Callout } from '@/components/ui/callout';
import { SwitchField } from '@/components/ui/switch';

/** Whose inactive account would be activated, as the command has answered, and whether that is meant. */
export function AskToActivate({
  question,
  checked,
  onCheckedChange,
}: {
  question: string;
  checked: boolean;
  onCheckedChange: (checked: boolean) => void;
}) {
  return (
    <Callout kind="warning" title={question}>
      <SwitchField label="Activate them" checked={checked} onCheckedChange={onCheckedChange} />
    </Callout>
  );
}
