'use client';

import { useRouter } from 'next/navigation';
import { useTransition } from 'react';
import { Card } from '@/components/ui/card';
import { Combobox, type ComboboxOption } from '@/components/ui/combobox';
import { Field } from '@/components/ui/field';
import { Spinner } from '@/components/ui/spinner';
import { links } from '@/lib/core/links';
import { searchPeopleOptions } from '../../../../../users/_components/search-options';

/** Chooses anybody of the directory: the address then says who. */
export function PersonPicker({ applicationId, person }: { applicationId: string; person: ComboboxOption | undefined }) {
  const router = useRouter();
  const [pending, startTransition] = useTransition();
  const choose = ({ value }: ComboboxOption) =>
    startTransition(() => router.push(links.application(applicationId).testSso({ person: value })));
  return (
    <Card title="Who">
      <Field label="Person" help="With access or without.">
        <Combobox
          search={(query) => searchPeopleOptions(query)}
          value={person}
          onChange={choose}
          placeholder="Choose a person"
        />
      </Field>
      <p aria-live="polite" className="mt-2 flex items-center gap-2 text-muted empty:hidden">
        {pending && (
          <>
            <Spinner /> Testing…
          </>
        )}
      </p>
    </Card>
  );
}
