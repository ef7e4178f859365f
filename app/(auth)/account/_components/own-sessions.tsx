'use client';

import { RelativeTime } from '@/components/patterns/relative-time';
import { sessionName } from '@/components/patterns/session-name';
import { useAction } from '@/components/patterns/use-action';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import type { SessionRow } from '@/lib/directory/queries';
import { revokeOtherSessionsAction, revokeOwnSessionAction } from '../../actions';

/** The browsers in which one is signed in; every other one can be signed out from here. */
export function OwnSessions({ sessions, current }: { sessions: readonly SessionRow[]; current: string }) {
  const revoke = useAction(revokeOwnSessionAction, { success: 'Session ended' });
  const revokeOthers = useAction(revokeOtherSessionsAction, { success: 'Other sessions ended' });
  return (
    <section aria-labelledby="sessions" className="grid gap-3">
      <h2 id="sessions" className="font-semibold text-sm">
        Where you are signed in
      </h2>
      <ul className="grid divide-y divide-line rounded-lg border border-line">
        {sessions.map((session) => (
          <li key={session.id} className="flex items-center justify-between gap-3 px-3 py-2">
            <div className="grid min-w-0">
              <span className="truncate">{sessionName(session.userAgent)}</span>
              <span className="truncate text-muted text-xs">
                {session.clientAddress ?? 'unknown address'} · <RelativeTime at={session.lastSeenAt} />
              </span>
            </div>
            {session.id === current ? (
              <Badge>This browser</Badge>
            ) : (
              <Button
                size="sm"
                disabled={revoke.pending}
                onClick={() => revoke.run({ sessionId: session.id })}
                aria-label={`End the session of ${sessionName(session.userAgent)}`}
              >
                End session
              </Button>
            )}
          </li>
        ))}
      </ul>
      {sessions.length > 1 && (
        <Button pending={revokeOthers.pending} onClick={() => revokeOthers.run({})}>
          End all other sessions
        </Button>
      )}
    </section>
  );
}
