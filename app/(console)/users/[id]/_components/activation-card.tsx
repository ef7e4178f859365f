'use client';

import { useState } from 'react';
import { CopyField } from '@/components/patterns/copy-field';
import { AbsoluteTime } from '@/components/patterns/relative-time';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import type { UserDetail } from '@/lib/directory/queries';
import { issueActivationLinkAction } from '../../actions';

interface Issued {
  url: string;
  expiresAt: string;
  mailed: boolean;
}

function origin({ pending, mustChangePassword }: Pick<UserDetail, 'pending' | 'mustChangePassword'>): string {
  if (pending) return 'Not chosen yet.';
  return mustChangePassword ? 'Made by somebody else; to be changed at the next sign-in.' : 'Chosen by the person.';
}

/** The one-time link by which the person chooses a password: issue it, copy it or have it mailed. */
export function ActivationCard(props: {
  user: Pick<UserDetail, 'id' | 'email' | 'pending' | 'mustChangePassword' | 'openLink'>;
  writable: boolean;
}) {
  const { user, writable } = props;
  const [issued, setIssued] = useState<Issued>();
  const run = async (mail: boolean) => {
    const answer = await issueActivationLinkAction({ id: user.id, mail });
    if (answer.ok) setIssued({ url: answer.url, expiresAt: answer.expiresAt, mailed: mail });
    return answer;
  };
  const send = useAction(run, { success: 'Activation link sent' });
  const copy = useAction(run);
  const pending = send.pending || copy.pending;
  return (
    <Card title="Password">
      <div className="grid gap-4">
        <p className="text-muted">
          {origin(user)}{' '}
          {user.openLink && !issued && (
            <>
              A link is open until <AbsoluteTime at={user.openLink.expiresAt} />; it cannot be shown again.
            </>
          )}
        </p>
        {issued && (
          <CopyField
            label="Activation link"
            value={issued.url}
            help={
              <>
                Works once, until <AbsoluteTime at={issued.expiresAt} />.{' '}
                {issued.mailed ? `Sent to ${user.email}.` : 'Not mailed.'} It is not shown again.
              </>
            }
          />
        )}
        {writable && (
          <div className="flex flex-wrap gap-2">
            <Button size="sm" pending={copy.pending} disabled={pending} onClick={() => copy.run(false)}>
              Create activation link
            </Button>
            <Button size="sm" pending={send.pending} disabled={pending} onClick={() => send.run(true)}>
              Send by e-mail
            </Button>
          </div>
        )}
        {writable && (
          <p className="text-muted text-xs">
            A new link replaces an open one. The present password works until it is used.
          </p>
        )}
      </div>
    </Card>
  );
}
