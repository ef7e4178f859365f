'use client';

import { useId, useState } from 'react';
import { ConflictNotice } from '@/components/patterns/conflict-notice';
import { FormError } from '@/components/patterns/form-error';
import { useVersionedForm } from '@/components/patterns/use-versioned-form';
import { Button } from '@/components/ui/button';
import { Dialog, DialogContent } from '@/components/ui/dialog';
import type { AttributeDefinition } from '@/lib/db/generated/client';
import { type attributeTypes, attributeValuesSchema } from '@/lib/directory/attribute-schema';
import { updateAttributeDefinitionAction } from '../actions';
import { AttributeFields } from './attribute-fields';

const fields = { label: 'Label', type: 'Type', description: 'Description' };

/** @param attribute none: closed */
export function EditAttribute(props: { attribute: AttributeDefinition | undefined; onClose: () => void }) {
  // What is shown stays while the dialog closes.
  const [shown, setShown] = useState(props.attribute);
  if (props.attribute && props.attribute !== shown) setShown(props.attribute);
  return (
    <Dialog open={props.attribute !== undefined} onOpenChange={(open) => !open && props.onClose()}>
      {shown && <EditAttributeForm key={`${shown.id} ${shown.version}`} attribute={shown} onClose={props.onClose} />}
    </Dialog>
  );
}

function EditAttributeForm({ attribute, onClose }: { attribute: AttributeDefinition; onClose: () => void }) {
  const id = useId();
  const { label, description, type } = attribute;
  const { form, submit, pending, error, conflict, fieldError } = useVersionedForm({
    schema: attributeValuesSchema,
    // The database checks that it is one of them.
    defaultValues: { label, description, type: type as (typeof attributeTypes)[number] },
    version: attribute.version,
    fields,
    action: (values, version) => updateAttributeDefinitionAction({ ...values, id: attribute.id, version }),
    success: 'Attribute saved',
    onSuccess: onClose,
  });
  return (
    <DialogContent
      title={`Edit ${label || attribute.key}`}
      description={`Its key is ${attribute.key}, and stays.`}
      footer={
        <>
          <Button onClick={onClose} disabled={pending}>
            Cancel
          </Button>
          <Button type="submit" form={id} variant="primary" pending={pending}>
            Save attribute
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={submit} noValidate className="grid gap-5">
        <ConflictNotice conflict={conflict} />
        <FormError error={error} />
        <AttributeFields
          form={form}
          fieldError={fieldError}
          typeHelp="Can be changed while nobody has a value and nothing names it."
        />
      </form>
    </DialogContent>
  );
}
