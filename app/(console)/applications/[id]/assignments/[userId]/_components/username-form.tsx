'use client';

import { useState } from 'react';
import { useAction } from '@/components/patterns/use-action';
import { warnOfShared } from '@/components/patterns/warn-of-names';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { setApplicationUsernameAction } from '../../actions';

/** Types a username for this one person, or goes back to the application's format. */
export function UsernameForm({
  applicationId,
  userId,
  typed,
  readOnly,
  note,
}: {
  applicationId: string;
  userId: string;
  typed: string | null;
  readOnly: boolean;
  /** Why it cannot be changed, in place of what an empty field means. */
  note: string | undefined;
}) {
  const [value, setValue] = useState(typed ?? '');
  const save = useAction(setApplicationUsernameAction, {
    success: 'Application username saved',
    showError: 'inline',
    onSuccess: ({ shared }) => warnOfShared(shared),
  });
  const submit = (next: string | null) => void save.run({ applicationId, userId, applicationUsername: next });
  const refused = save.error && `${save.error.message} ${save.error.hint ?? ''}`;
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        submit(value.trim() || null);
      }}
    >
      <Field
        label="Username for this person"
        optional
        error={refused}
        help={note ?? "Empty: made by the application's username format."}
      >
        <Input
          mono
          value={value}
          readOnly={readOnly}
          spellCheck={false}
          onChange={(event) => setValue(event.target.value)}
        />
      </Field>
      {!readOnly && (
        <div className="flex gap-2">
          <Button type="submit" pending={save.pending} disabled={value.trim() === (typed ?? '')}>
            Save username
          </Button>
          {typed && (
            <Button variant="ghost" disabled={save.pending} onClick={() => submit(null)}>
              Use the format
            </Button>
          )}
        </div>
      )}
    </form>
  );
}
