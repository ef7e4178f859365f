'use client';

import { X } from 'lucide-react';
import { useState } from 'react';
import { FormError } from '@/components/patterns/form-error';
import { useAction } from '@/components/patterns/use-action';
import { warnOfConflicts } from '@/components/patterns/warn-of-names';
import { Button, IconButton } from '@/components/ui/button';
import { Combobox, type ComboboxOption } from '@/components/ui/combobox';
import { Dialog, DialogContent, DialogTrigger } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { searchPeopleOptions } from '../../../users/_components/search-options';
import { updateGroupMembersAction } from '../../actions';

/** Gathers people by search, then adds them all at once. */
export function AddMembers(props: { groupId: string; groupName: string; applications: number }) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog open={open} onOpenChange={setOpen}>
      <DialogTrigger asChild>
        <Button variant="primary">Add members</Button>
      </DialogTrigger>
      {open && <Content {...props} close={() => setOpen(false)} />}
    </Dialog>
  );
}

function Content(props: { groupId: string; groupName: string; applications: number; close: () => void }) {
  const [chosen, setChosen] = useState<ComboboxOption[]>([]);
  const add = useAction(updateGroupMembersAction, {
    success: ({ added }) => `${added} added to ${props.groupName}`,
    showError: 'inline',
    onSuccess: ({ conflicts }) => {
      props.close();
      warnOfConflicts(conflicts);
    },
  });
  const search = async (query: string) => {
    const found = await searchPeopleOptions(query, { notInGroup: props.groupId });
    const options = found.options.filter((option) => !chosen.some((one) => one.value === option.value));
    return { ...found, options };
  };
  const people = chosen.length === 1 ? '1 person' : `${chosen.length} people`;
  return (
    <DialogContent
      title={`Add members to ${props.groupName}`}
      footer={
        <>
          <Button onClick={props.close}>Cancel</Button>
          <Button
            variant="primary"
            disabled={chosen.length === 0}
            pending={add.pending}
            onClick={() => add.run({ groupId: props.groupId, add: chosen.map((option) => option.value) })}
          >
            {chosen.length === 0 ? 'Add members' : `Add ${people}`}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <FormError error={add.error} />
        <Field
          label="People"
          help={
            props.applications > 0
              ? `They get access to ${props.applications === 1 ? 'the application' : `the ${props.applications} applications`} of this group.`
              : 'This group is associated with no application yet.'
          }
        >
          <Combobox
            aria-label="People to add"
            placeholder="Choose people"
            searchPlaceholder="Search by name, e-mail, department"
            search={search}
            value={undefined}
            onChange={(option) => setChosen((before) => [...before, option])}
          />
        </Field>
        {chosen.length > 0 && (
          <ul aria-label="People to be added" className="grid divide-y divide-line rounded-md border border-line">
            {chosen.map((option) => (
              <li key={option.value} className="flex items-center justify-between gap-2 py-1 pr-1 pl-3">
                <span className="truncate">
                  {option.label} <span className="text-muted">{option.hint}</span>
                </span>
                <IconButton
                  label={`Do not add ${option.label}`}
                  size="sm"
                  onClick={() => setChosen(chosen.filter((one) => one.value !== option.value))}
                >
                  <X aria-hidden />
                </IconButton>
              </li>
            ))}
          </ul>
        )}
      </div>
    </DialogContent>
  );
}
