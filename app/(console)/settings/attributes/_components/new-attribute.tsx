'use client';

import { useId } from 'react';
import type { UseFormReturn } from 'react-hook-form';
import { FormError } from '@/components/patterns/form-error';
import { useActionForm } from '@/components/patterns/use-action-form';
import { Button } from '@/components/ui/button';
import { Dialog, DialogContent } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { createAttributeDefinitionSchema } from '@/lib/directory/attribute-schema';
import { createAttributeDefinitionAction } from '../actions';
import { AttributeFields, type AttributeForm } from './attribute-fields';

export function NewAttribute({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <NewAttributeForm onClose={() => onOpenChange(false)} />
    </Dialog>
  );
}

function NewAttributeForm({ onClose }: { onClose: () => void }) {
  const id = useId();
  const { form, submit, pending, error, fieldError } = useActionForm({
    schema: createAttributeDefinitionSchema,
    defaultValues: { key: '', label: '', description: '', type: 'string' },
    action: createAttributeDefinitionAction,
    success: 'Attribute created',
    onSuccess: onClose,
  });
  return (
    <DialogContent
      title="New attribute"
      description="People can have a value of it from then on."
      footer={
        <>
          <Button onClick={onClose} disabled={pending}>
            Cancel
          </Button>
          <Button type="submit" form={id} variant="primary" pending={pending}>
            Create attribute
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={submit} noValidate className="grid gap-5">
        <FormError error={error} />
        <Field
          label="Key"
          required
          error={fieldError('key')}
          help="Letters, digits and _, as mappings name it: badgeNumber. It stays."
        >
          <Input autoComplete="off" className="font-mono" {...form.register('key')} />
        </Field>
        <AttributeFields form={form as unknown as UseFormReturn<AttributeForm>} fieldError={fieldError} />
      </form>
    </DialogContent>
  );
}
