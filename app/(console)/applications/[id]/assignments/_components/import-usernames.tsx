'use client';

import { useState } from 'react';
import { FormError } from '@/components/patterns/form-error';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { Dialog, DialogContent } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { maxTypedUsernames } from '@/lib/applications/schema';
import { AppError } from '@/lib/core/errors';
import type { ReviewedRow } from '@/lib/provisioning/review-usernames';
import { reviewApplicationUsernamesAction, setApplicationUsernamesAction } from '../actions';
import { ReviewedUsernames } from './reviewed-usernames';
import { readUsernameFile, type UsernameFile } from './username-file';

/** Usernames of many people out of a file: read, reviewed row by row, and saved together. */
export function ImportUsernames({
  applicationId,
  appName,
  onClose,
}: {
  applicationId: string;
  appName: string;
  onClose: () => void;
}) {
  const [file, setFile] = useState<UsernameFile>();
  const [fileError, setFileError] = useState<AppError>();
  const [rows, setRows] = useState<ReviewedRow[]>();
  const review = useAction(reviewApplicationUsernamesAction, {
    showError: 'inline',
    onSuccess: (result) => setRows(result.rows),
  });
  const save = useAction(setApplicationUsernamesAction, {
    success: ({ changed = 0 }) => `${count(changed, 'application username')} saved`,
    showError: 'inline',
    onSuccess: onClose,
  });
  const choose = async (chosen: File | undefined) => {
    setFile(undefined);
    setFileError(undefined);
    review.clearError();
    if (!chosen) return;
    try {
      setFile(await readUsernameFile(chosen));
    } catch (error) {
      setFileError(error instanceof AppError ? error : new AppError('invalid_input', 'The file could not be read.'));
    }
  };
  const changing = (rows ?? []).flatMap(({ user, was, applicationUsername, problem, unchanged }) =>
    user && !problem && !unchanged ? [{ userId: user.id, was, applicationUsername }] : [],
  );
  const back = () => {
    setRows(undefined);
    setFile(undefined);
    save.clearError();
  };
  return (
    <Dialog open onOpenChange={(next) => !next && onClose()}>
      <DialogContent
        title="Import application usernames"
        description={
          rows
            ? 'Nothing is saved yet.'
            : `By which ${appName} is to know people. They are reviewed row by row before anything is saved.`
        }
        size={rows ? 'xl' : 'md'}
        footer={
          rows ? (
            <>
              <Button onClick={back}>Choose another file</Button>
              <Button
                variant="primary"
                pending={save.pending}
                disabled={changing.length === 0}
                onClick={() => void save.run({ applicationId, usernames: changing })}
              >
                Save {count(changing.length, 'username')}
              </Button>
            </>
          ) : (
            <>
              <Button onClick={onClose}>Cancel</Button>
              <Button
                variant="primary"
                pending={review.pending}
                disabled={!file}
                onClick={() => file && void review.run({ applicationId, usernames: file.rows })}
              >
                Review{file ? ` ${count(file.rows.length, 'row')}` : ''}
              </Button>
            </>
          )
        }
      >
        {rows ? (
          <div className="grid gap-4">
            <FormError error={save.error} />
            <ReviewedUsernames rows={rows} lines={file?.lines ?? []} saved={changing.length} />
          </div>
        ) : (
          <div className="grid gap-4">
            <FormError error={fileError ?? review.error} />
            <Field
              label="CSV file"
              required
              help={`Columns person (e-mail address or username) and applicationUsername, at most ${maxTypedUsernames.toLocaleString('en')} rows. An empty username goes back to the format; whoever is not in the file is left as they are.`}
            >
              <input
                type="file"
                accept=".csv,text/csv"
                className="text-muted text-sm file:mr-3 file:rounded-md file:border file:border-line file:bg-surface file:px-3 file:py-1.5 file:font-medium file:text-ink hover:file:bg-hover"
                onChange={(event) => void choose(event.target.files?.[0])}
              />
            </Field>
          </div>
        )}
      </DialogContent>
    </Dialog>
  );
}

const count = (many: number, noun: string) => `${many.toLocaleString('en')} ${noun}${many === 1 ? '' : 's'}`;
