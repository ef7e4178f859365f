'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { FormError } from '@/components/patterns/form-error';
import { Button } from '@/components/ui/button';
import { Field, FormColumn } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import type { Failure } from '@/lib/core/failure';
import { links } from '@/lib/core/links';

/** Sends the file as it is, whatever a spreadsheet wrote it as. */
export function UploadFile() {
  const router = useRouter();
  const [file, setFile] = useState<File>();
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<Failure>();
  const upload = async (event: FormEvent) => {
    event.preventDefault();
    if (!file || pending) return;
    setPending(true);
    setError(undefined);
    try {
      const address = `/api/user-files?${new URLSearchParams({ name: file.name })}`;
      const answer = await fetch(address, { method: 'POST', body: file, headers: { 'content-type': 'text/csv' } });
      const told = (await answer.json()) as { id: string } | Failure;
      if ('id' in told) router.push(links.userBatch(told.id));
      else setError(told);
    } catch {
      setError({ ok: false, code: 'unavailable', message: 'The file did not arrive.', hint: 'Try again.' });
    } finally {
      setPending(false);
    }
  };
  return (
    <form onSubmit={upload} className="grid gap-5" aria-label="Import people from a file">
      <FormError error={error} />
      <FormColumn>
        <Field
          label="File"
          required
          help="CSV with commas, semicolons or tabs, as spreadsheets write it: 20,000 lines and 8 MiB at most. What the columns are is asked on the next page."
        >
          <Input
            type="file"
            className="py-1"
            accept=".csv,.tsv,.txt,text/csv"
            onChange={(event) => setFile(event.target.files?.[0])}
          />
        </Field>
        <Button type="submit" variant="primary" className="w-fit" disabled={!file} pending={pending}>
          Upload and review
        </Button>
      </FormColumn>
    </form>
  );
}
