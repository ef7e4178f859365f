'use client';

import { Controller } from 'react-hook-form';
import { FormError } from '@/components/patterns/form-error';
import { useActionForm } from '@/components/patterns/use-action-form';
import { Button } from '@/components/ui/button';
import { Dialog, DialogContent } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { SwitchField } from '@/components/ui/switch';
import { Textarea } from '@/components/ui/textarea';
import { setTargetAttributesAction } from '../../actions';
import { type AttributeForm, attributeFormSchema, toAttribute, toForm } from './attribute-form';
import { hasValues, mutabilityWords, typeWords } from './attribute-words';
import { type AttributeList, ownOf, withAttribute } from './list';

interface DialogProps {
  list: AttributeList;
  open: boolean;
  /** Which of those that were added; undefined: a new one. */
  path: string | undefined;
  onClose: () => void;
}

const types = Object.entries(typeWords).map(([value, label]) => ({ value, label }));
const mutabilities = Object.entries(mutabilityWords).map(([value, words]) => ({ value, ...words }));

/** Adds an attribute to the list, or changes one that was added. */
export function AttributeDialog(props: DialogProps) {
  const { open, path, list, onClose } = props;
  return (
    <Dialog open={open} onOpenChange={(next) => !next && onClose()}>
      <DialogContent
        title={path === undefined ? 'Add attribute' : 'Change attribute'}
        description={`Of ${list.objectType === 'user' ? 'users' : 'groups'} in the application. Saving looks at everyone in it again.`}
      >
        <Form {...props} />
      </DialogContent>
    </Dialog>
  );
}

function Form({ list, path, onClose }: DialogProps) {
  const { form, submit, pending, error, fieldError } = useActionForm({
    schema: attributeFormSchema,
    defaultValues: toForm(ownOf(list).find((own) => own.path === path)),
    action: (values) => save(list, values, path),
    after: 'none',
    success: path === undefined ? 'Attribute added' : 'Attribute changed',
    onSuccess: onClose,
  });
  const listed = hasValues(form.watch('type'));
  return (
    <form onSubmit={submit} className="grid gap-5" noValidate>
      <FormError error={error} />
      <Field
        label="SCIM attribute"
        required
        error={fieldError('path')}
        help='Such as nickName, emails[type eq "home"].value, or the URN of a schema, a colon and a name.'
      >
        <Input mono autoComplete="off" spellCheck={false} {...form.register('path')} />
      </Field>
      <div className="grid gap-5 sm:grid-cols-2">
        <Field label="Type" error={fieldError('type')}>
          <Controller
            name="type"
            control={form.control}
            render={({ field }) => <Select options={types} value={field.value} onValueChange={field.onChange} />}
          />
        </Field>
        <Field label="Mutability" error={fieldError('mutability')}>
          <Controller
            name="mutability"
            control={form.control}
            render={({ field }) => <Select options={mutabilities} value={field.value} onValueChange={field.onChange} />}
          />
        </Field>
      </div>
      {switches
        .filter(({ name }) => listed || name !== 'caseSensitive')
        .map(({ name, label, help }) => (
          <Controller
            key={name}
            name={name}
            control={form.control}
            render={({ field }) => (
              <SwitchField label={label} help={help} checked={field.value} onCheckedChange={field.onChange} />
            )}
          />
        ))}
      {listed && (
        <Field
          label="Values"
          optional
          error={fieldError('canonicalValues')}
          help="The only ones that the application takes, one on each line. Empty: any."
        >
          <Textarea mono rows={3} spellCheck={false} {...form.register('canonicalValues')} />
        </Field>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" pending={pending}>
          {path === undefined ? 'Add attribute' : 'Save attribute'}
        </Button>
      </div>
    </form>
  );
}

const switches = [
  { name: 'multiValued', label: 'Multi-valued', help: 'Takes a list of values.' },
  { name: 'required', label: 'Required', help: 'Nobody is created without a value of it.' },
  { name: 'caseSensitive', label: 'Case-sensitive', help: 'Gold and gold are two values.' },
] as const;

/** The whole list is saved; what is refused about this attribute is told at its field. */
async function save(list: AttributeList, values: AttributeForm, path: string | undefined) {
  const { applicationId, version, objectType } = list;
  const attribute = toAttribute(values);
  const attributes = withAttribute(list, attribute, path);
  const result = await setTargetAttributesAction({ applicationId, version, objectType, attributes });
  if (result.ok) return result;
  const place = `attributes.${attributes.indexOf(attribute)}.`;
  const [field] = result.field?.startsWith(place) ? result.field.slice(place.length).split('.') : [];
  return field ? { ...result, field } : result;
}
