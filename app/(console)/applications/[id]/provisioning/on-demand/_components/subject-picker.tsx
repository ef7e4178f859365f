'use client';

import { useRouter } from 'next/navigation';
import { useState, useTransition } from 'react';
import { Card } from '@/components/ui/card';
import { Combobox, type ComboboxOption } from '@/components/ui/combobox';
import { Field } from '@/components/ui/field';
import { Select } from '@/components/ui/select';
import { Spinner } from '@/components/ui/spinner';
import { links } from '@/lib/core/links';
import { searchGroupOptions, searchPeopleOptions } from '../../../../../users/_components/search-options';

export interface ChosenSubject extends ComboboxOption {
  type: 'user' | 'group';
}

const kinds = [
  { value: 'user', label: 'A person' },
  { value: 'group', label: 'A user group' },
];

/** Chooses anybody of the directory, or any user group: the address then says who. */
export function SubjectPicker({
  applicationId,
  appName,
  subject,
}: {
  applicationId: string;
  appName: string;
  subject: ChosenSubject | undefined;
}) {
  const router = useRouter();
  const [type, setType] = useState(subject?.type ?? 'user');
  const [pending, startTransition] = useTransition();
  const choose = ({ value }: ComboboxOption) => {
    const { onDemand } = links.application(applicationId);
    startTransition(() => router.push(onDemand(type === 'user' ? { person: value } : { group: value })));
  };
  return (
    <Card
      title="Provision on demand"
      description={`One person or user group in ${appName}, now and before everything else. You see first what would be sent.`}
    >
      <div className="grid gap-4">
        <Field label="Provision">
          <Select options={kinds} value={type} onValueChange={(next) => setType(next === 'group' ? 'group' : 'user')} />
        </Field>
        <Field label={type === 'user' ? 'Person' : 'User group'} help="In scope or not.">
          <Combobox
            search={type === 'user' ? (query) => searchPeopleOptions(query) : (query) => searchGroupOptions(query)}
            value={subject?.type === type ? subject : undefined}
            onChange={choose}
            placeholder={type === 'user' ? 'Choose a person' : 'Choose a user group'}
          />
        </Field>
        <p aria-live="polite" className="flex items-center gap-2 text-muted empty:hidden">
          {pending && (
            <>
              <Spinner /> Planning…
            </>
          )}
        </p>
      </div>
    </Card>
  );
}
