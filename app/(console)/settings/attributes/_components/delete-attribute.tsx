'use client';

import { useState } from 'react';
import { ConfirmDestructive } from '@/components/patterns/confirm-destructive';
import { useAction } from '@/components/patterns/use-action';
import type { AttributeDefinition } from '@/lib/db/generated/client';
import { deleteAttributeDefinitionAction } from '../actions';

/** Asks before a definition is deleted. @param attribute none: closed */
export function DeleteAttribute(props: { attribute: AttributeDefinition | undefined; onClose: () => void }) {
  // What is shown stays while the dialog closes.
  const [shown, setShown] = useState(props.attribute);
  if (props.attribute && props.attribute !== shown) setShown(props.attribute);
  const remove = useAction(deleteAttributeDefinitionAction, {
    success: `${shown?.key ?? 'The attribute'} was deleted`,
    onSuccess: props.onClose,
    showError: 'inline',
  });
  return (
    <ConfirmDestructive
      open={props.attribute !== undefined}
      onOpenChange={(open) => {
        if (open) return;
        remove.clearError();
        props.onClose();
      }}
      title={`Delete ${shown?.label || shown?.key}?`}
      consequences={[
        'The form of a person, mappings and filters do not offer it any more.',
        'Nobody loses a value: it is refused while anybody has one, or something names it.',
      ]}
      confirmLabel="Delete attribute"
      pending={remove.pending}
      error={remove.error}
      onConfirm={() => shown && void remove.run({ id: shown.id })}
    />
  );
}
