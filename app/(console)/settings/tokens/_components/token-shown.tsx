'use client';

import { CopyField } from '@/components/patterns/copy-field';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { CodeBlock } from '@/components/ui/code-block';
import { DialogContent } from '@/components/ui/dialog';

/** A token that was just made: the only moment at which anybody can see it. */
export interface MadeToken {
  token: string;
  label: string;
  expiresAt: Date | null;
}

/** The second half of creating a token: the token itself, and a request that shows that it works. */
export function TokenShown({ made, origin, onStored }: { made: MadeToken; origin: string; onStored: () => void }) {
  const until = made.expiresAt
    ? `It expires on ${made.expiresAt.toLocaleDateString('en', { dateStyle: 'long' })}.`
    : 'It works until it is revoked.';
  return (
    <DialogContent
      title={`${made.label} is created`}
      description={until}
      size="lg"
      footer={
        <Button variant="primary" onClick={onStored}>
          I have stored the token
        </Button>
      }
    >
      <div className="grid gap-5">
        <Callout kind="warning" title="Copy the token now: it is not shown again">
          Latchkey keeps only its hash. Store it where the script finds it, as a secret.
        </Callout>
        <CopyField label="Token" value={made.token} />
        <CodeBlock
          label="A first request"
          wrap
          code={`curl -H "Authorization: Bearer ${made.token}" "${origin}/api/v1/users?limit=1"`}
        />
      </div>
    </DialogContent>
  );
}
