'use client';

import { useState } from 'react';
import { useAction } from '@/components/patterns/use-action';
import { warnOfShared } from '@/components/patterns/warn-of-names';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Dialog, DialogContent } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import type { ReviewedRow } from '@/lib/provisioning/review-usernames';
import { reviewApplicationUsernamesAction, setApplicationUsernameAction } from '../../actions';

/** Types a username for this one person, or goes back to the application's format. */
export function UsernameForm({
  applicationId,
  userId,
  username,
  typed,
  readOnly,
  note,
}: {
  applicationId: string;
  userId: string;
  /** In the directory. */
  username: string;
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
  const [foretold, setForetold] = useState<ReviewedRow>();
  const look = useAction(reviewApplicationUsernamesAction, { onSuccess: ({ rows: [row] }) => setForetold(row) });
  const ask = () => look.run({ applicationId, usernames: [{ person: username, applicationUsername: null }] });
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
            <Button variant="ghost" pending={look.pending} disabled={save.pending} onClick={() => void ask()}>
              Use the format
            </Button>
          )}
        </div>
      )}
      {foretold && (
        <UseTheFormat
          typed={typed ?? ''}
          foretold={foretold}
          onClose={() => setForetold(undefined)}
          onConfirm={() => {
            setForetold(undefined);
            submit(null);
          }}
        />
      )}
    </form>
  );
}

/** Says what going back to the format means, before it is done. */
function UseTheFormat({
  typed,
  foretold: { after, overThere, problem },
  onClose,
  onConfirm,
}: {
  typed: string;
  foretold: ReviewedRow;
  onClose: () => void;
  onConfirm: () => void;
}) {
  return (
    <Dialog open onOpenChange={(next) => !next && onClose()}>
      <DialogContent
        size="sm"
        title="Use the format?"
        description={`The application username “${typed}” becomes “${after || 'none'}”, as the format makes it.`}
        footer={
          <>
            <Button onClick={onClose}>{problem ? 'Close' : 'Cancel'}</Button>
            {!problem && (
              <Button variant="primary" onClick={onConfirm}>
                Use the format
              </Button>
            )}
          </>
        }
      >
        {problem ? (
          <Callout kind="error" title={problem.message}>
            {problem.hint}
          </Callout>
        ) : (
          <p>{overThere ?? 'No account changes.'} The person signs in by the new name from then on.</p>
        )}
      </DialogContent>
    </Dialog>
  );
}
