'use client';

import { useState } from 'react';
import { FormError } from '@/components/patterns/form-error';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { Field } from '@/components/ui/field';
import { type Tone, ToneIcon } from '@/components/ui/status';
import { Textarea } from '@/components/ui/textarea';
import type { AskedPart } from '@/lib/sso/sign-in-test/compare-asks';
import { compareMetadataAction } from '../actions';

const tones: Record<AskedPart['state'], Tone> = { ok: 'ok', missing: 'error', optional: 'inactive' };
const says: Record<AskedPart['state'], string> = { ok: 'Fine', missing: 'Missing', optional: 'Not sent, and optional' };

/** What the metadata of the service provider asks for, beside what the person would get: as it was read, or pasted here. */
export function AskedParts({
  applicationId,
  userId,
  asked,
}: {
  applicationId: string;
  userId: string;
  asked: readonly AskedPart[] | null;
}) {
  const [pasted, setPasted] = useState<readonly AskedPart[] | null>(null);
  const [text, setText] = useState('');
  const compare = useAction(compareMetadataAction, {
    showError: 'inline',
    onSuccess: (answer) => setPasted(answer.asked),
  });
  const shown = pasted ?? asked;
  return (
    <Card
      title="What the SP’s metadata asks for"
      description={shown && !pasted ? 'As it was read last at its address.' : undefined}
    >
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        {shown?.length === 0 && <p className="text-muted">It asks for no NameID format and no attribute.</p>}
        {shown && shown.length > 0 && (
          <ul className="grid gap-2.5">
            {shown.map(({ what, state, words }) => (
              <li key={what} className="flex items-start gap-2">
                <ToneIcon tone={tones[state]} className="mt-0.5" />
                <span className="min-w-0">
                  <span className="sr-only">{says[state]}: </span>
                  <span className="wrap-anywhere font-medium">{what}</span>
                  <span className="wrap-anywhere block text-muted text-xs">{words}</span>
                </span>
              </li>
            ))}
          </ul>
        )}
        <Field label="SP metadata" help="Paste it to compare. Nothing is saved.">
          <Textarea mono rows={3} spellCheck={false} value={text} onChange={(event) => setText(event.target.value)} />
        </Field>
        <FormError error={compare.error} />
        <div>
          <Button
            size="sm"
            disabled={text.trim() === ''}
            pending={compare.pending}
            onClick={() => void compare.run({ applicationId, userId, spMetadata: text })}
          >
            Compare
          </Button>
        </div>
      </div>
    </Card>
  );
}
