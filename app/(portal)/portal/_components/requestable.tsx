'use client';

import { useState } from 'react';
import { FormError } from '@/components/patterns/form-error';
import { useAction } from '@/components/patterns/use-action';
import { AppTile } from '@/components/ui/app-tile';
import { Button } from '@/components/ui/button';
import { Dialog, DialogContent } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Status } from '@/components/ui/status';
import { Textarea } from '@/components/ui/textarea';
import type { RequestableTile } from '@/lib/sso/portal/list-requestable';
import { requestAccessAction } from '../actions';

/** What the person has no access to, and may ask for. */
export function Requestable({ tiles }: { tiles: readonly RequestableTile[] }) {
  const [asked, setAsked] = useState<RequestableTile>();
  if (tiles.length === 0) return null;
  return (
    <section className="mt-10 grid gap-3" aria-labelledby="requestable">
      <h2 id="requestable" className="font-medium text-muted text-sm">
        You can ask for these
      </h2>
      <ul className="grid gap-3 sm:grid-cols-2">
        {tiles.map((tile) => (
          <li
            key={tile.id}
            className="flex min-w-0 items-center gap-3 rounded-lg border border-line bg-surface px-3 py-3"
          >
            <AppTile name={tile.displayLabel} color={tile.logoColor} image={tile.logoImage} size="lg" />
            <span className="grid min-w-0 flex-1">
              <span className="wrap-anywhere font-medium">{tile.displayLabel}</span>
              {tile.description && <span className="line-clamp-2 text-muted text-xs">{tile.description}</span>}
            </span>
            {tile.askedAt ? (
              <Status tone="ok">Asked for</Status>
            ) : (
              <Button size="sm" onClick={() => setAsked(tile)} aria-label={`Request access to ${tile.displayLabel}`}>
                Request access
              </Button>
            )}
          </li>
        ))}
      </ul>
      {asked && <Ask tile={asked} onClose={() => setAsked(undefined)} />}
    </section>
  );
}

function Ask({ tile, onClose }: { tile: RequestableTile; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const { run, pending, error } = useAction(requestAccessAction, {
    success: `You have asked for ${tile.displayLabel}`,
    showError: 'inline',
    onSuccess: onClose,
  });
  return (
    <Dialog open onOpenChange={(open) => !open && !pending && onClose()}>
      <DialogContent
        size="sm"
        title={`Request access to ${tile.displayLabel}`}
        description="Whoever gives access gets a mail. It appears among your applications once you have it."
        footer={
          <>
            <Button disabled={pending} onClick={onClose}>
              Cancel
            </Button>
            <Button variant="primary" pending={pending} onClick={() => void run({ applicationId: tile.id, reason })}>
              Request access
            </Button>
          </>
        }
      >
        <div className="grid gap-4">
          <FormError error={error} />
          <Field label="What you need it for" optional>
            <Textarea rows={3} maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
          </Field>
        </div>
      </DialogContent>
    </Dialog>
  );
}
