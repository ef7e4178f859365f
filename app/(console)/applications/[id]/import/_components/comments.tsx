'use client';

import { useState } from 'react';
import { FormError } from '@/components/patterns/form-error';
import { AbsoluteTime } from '@/components/patterns/relative-time';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { Dialog, DialogContent } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Textarea } from '@/components/ui/textarea';
import type { ImportComment } from '@/lib/imports/comments';
import { commentOnImportAction } from '../actions';

const mostCharacters = 1_000;

/** What reviewers have told each other about an import, and a field to say more. */
export function Comments(props: { importId: string; comments: readonly ImportComment[]; mayWrite: boolean }) {
  const { importId, comments, mayWrite } = props;
  if (comments.length === 0 && !mayWrite) return null;
  return (
    <Card title="Comments" description="For whoever reviews this import.">
      <div className="grid max-w-[640px] gap-4">
        {comments.length > 0 && (
          <ol className="grid gap-3">
            {comments.map(({ id, accountName, authorName, text, at }) => (
              <li key={id} className="grid gap-0.5">
                <p className="text-muted text-xs">
                  <span className="font-medium text-ink">{authorName}</span>
                  {accountName && <> about {accountName}</>} · <AbsoluteTime at={at} />
                </p>
                <p className="whitespace-pre-wrap break-words">{text}</p>
              </li>
            ))}
          </ol>
        )}
        {mayWrite && <CommentForm importId={importId} />}
      </div>
    </Card>
  );
}

/** Says something about one account. */
export function CommentDialog(props: {
  importId: string;
  row: { remoteId: string; name: string };
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const { importId, row, open, onOpenChange } = props;
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent title={`Comment on ${row.name}`} description="It stands below the import, for whoever reviews it.">
        <CommentForm importId={importId} remoteId={row.remoteId} onDone={() => onOpenChange(false)} />
      </DialogContent>
    </Dialog>
  );
}

function CommentForm(props: { importId: string; remoteId?: string; onDone?: () => void }) {
  const { importId, remoteId, onDone } = props;
  const [text, setText] = useState('');
  const comment = useAction(commentOnImportAction, {
    showError: 'inline',
    success: 'Comment added',
    onSuccess: () => {
      setText('');
      onDone?.();
    },
  });
  return (
    <div className="grid gap-2">
      <Field label="Comment">
        <Textarea rows={2} maxLength={mostCharacters} value={text} onChange={(event) => setText(event.target.value)} />
      </Field>
      <FormError error={comment.error} />
      <div>
        <Button
          size="sm"
          disabled={text.trim() === ''}
          pending={comment.pending}
          onClick={() => void comment.run({ importId, text, ...(remoteId ? { remoteId } : {}) })}
        >
          Add comment
        </Button>
      </div>
    </div>
  );
}
