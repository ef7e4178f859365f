'use client';

import { useState } from 'react';
import { ConflictNotice } from '@/components/patterns/conflict-notice';
import { FormError } from '@/components/patterns/form-error';
import { SaveBar } from '@/components/patterns/save-bar';
import { useVersionedForm } from '@/components/patterns/use-versioned-form';
import { Button } from '@/components/ui/button';
import { Field, FormColumn } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { saveBookmarkSchema } from '@/lib/applications/schema';
import { saveBookmarkAction } from '../actions';

const formSchema = saveBookmarkSchema.pick({ bookmarkUrl: true });

/** Bookmark URL, and Deactivate Bookmark at the bottom: click it, then save. */
export function BookmarkForm({
  id,
  version,
  bookmarkUrl,
  active,
  readOnly,
}: {
  id: string;
  version: number;
  bookmarkUrl: string;
  active: boolean;
  readOnly: boolean;
}) {
  const [activation, setActivation] = useState<'keep' | 'activate' | 'deactivate'>('keep');
  const { form, submit, pending, error, conflict, clearError, fieldError } = useVersionedForm({
    schema: formSchema,
    defaultValues: { bookmarkUrl },
    version,
    fields: { bookmarkUrl: 'Bookmark URL' },
    action: (values, version) => saveBookmarkAction({ ...values, id, version, activation }),
    success: activation === 'deactivate' ? 'Bookmark deactivated' : 'Bookmark saved',
    onSuccess: () => setActivation('keep'),
    onTakeOver: () => setActivation('keep'),
  });
  return (
    <form onSubmit={submit} noValidate>
      <fieldset disabled={readOnly} className="contents">
        <FormColumn>
          <ConflictNotice conflict={conflict} />
          <FormError error={error} />
          <Field
            label="Bookmark URL"
            required
            help="Where people sign in to the application. The tile opens it in the same window."
            error={fieldError('bookmarkUrl')}
          >
            <Input type="url" spellCheck={false} {...form.register('bookmarkUrl')} />
          </Field>
          <div className="flex flex-wrap items-center justify-between gap-3 border-line border-t pt-5">
            <p className="text-muted">
              {active
                ? 'Deactivating takes the tile out of the user portal.'
                : 'The bookmark is deactivated: nobody sees its tile.'}
            </p>
            {activation !== 'keep' ? (
              <Button onClick={() => setActivation('keep')}>{active ? 'Keep it active' : 'Keep it deactivated'}</Button>
            ) : active ? (
              <Button variant="danger-quiet" onClick={() => setActivation('deactivate')}>
                Deactivate Bookmark
              </Button>
            ) : (
              <Button onClick={() => setActivation('activate')}>Reactivate Bookmark</Button>
            )}
          </div>
        </FormColumn>
      </fieldset>
      <SaveBar
        dirty={form.formState.isDirty || activation !== 'keep'}
        pending={pending}
        note={
          activation === 'deactivate'
            ? 'The bookmark will be deactivated'
            : activation === 'activate'
              ? 'The bookmark will be activated'
              : undefined
        }
        onDiscard={() => {
          form.reset();
          setActivation('keep');
          clearError();
        }}
      />
    </form>
  );
}
