'use client';

import { Ellipsis } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { DeprovisionImpact } from '@/app/(console)/_components/deprovision-impact';
import { ConfirmDestructive } from '@/components/patterns/confirm-destructive';
import { useAction } from '@/components/patterns/use-action';
import { warnOfShared } from '@/components/patterns/warn-of-names';
import { Button, LinkButton } from '@/components/ui/button';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuTrigger,
} from '@/components/ui/dropdown-menu';
import { links } from '@/lib/core/links';
import {
  deleteUserAction,
  purgeUserAction,
  reactivateUserAction,
  restoreUserAction,
  suspendUserAction,
} from '../../actions';

type Question = 'suspend' | 'delete' | 'purge';

/** What can be done with a person. Whatever deprovisions says first how many accounts it touches. */
export function UserActions(props: {
  user: { id: string; displayName: string; username: string; status: 'active' | 'suspended' };
  deleted: boolean;
  sessions: number;
}) {
  const { user, deleted } = props;
  const [question, setQuestion] = useState<Question>();
  const restore = useAction(restoreUserAction, {
    success: `${user.displayName} was restored`,
    onSuccess: ({ shared }) => warnOfShared(shared),
  });
  const reactivate = useAction(reactivateUserAction, { success: `${user.displayName} is active again` });
  const ask = (which: Question) => () => setQuestion(which);
  return (
    <>
      {deleted ? (
        <>
          <Button variant="danger-quiet" onClick={ask('purge')}>
            Delete permanently now
          </Button>
          <Button variant="primary" pending={restore.pending} onClick={() => restore.run({ id: user.id })}>
            Restore
          </Button>
        </>
      ) : (
        <>
          {user.status === 'suspended' && (
            <Button variant="primary" pending={reactivate.pending} onClick={() => reactivate.run({ id: user.id })}>
              Reactivate
            </Button>
          )}
          <LinkButton href={links.editUser(user.id)}>Edit</LinkButton>
          <DropdownMenu>
            <DropdownMenuTrigger asChild>
              <Button aria-label={`More actions for ${user.displayName}`} className="w-8 px-0">
                <Ellipsis aria-hidden />
              </Button>
            </DropdownMenuTrigger>
            <DropdownMenuContent align="end">
              {user.status === 'active' && <DropdownMenuItem onSelect={ask('suspend')}>Suspend…</DropdownMenuItem>}
              <DropdownMenuItem danger onSelect={ask('delete')}>
                Delete…
              </DropdownMenuItem>
            </DropdownMenuContent>
          </DropdownMenu>
        </>
      )}
      <Questions {...props} question={question} close={() => setQuestion(undefined)} />
    </>
  );
}

function Questions(props: {
  user: { id: string; displayName: string; username: string };
  sessions: number;
  question: Question | undefined;
  close: () => void;
}) {
  const { user, sessions, question, close } = props;
  const impact = `/api/users/${user.id}/deprovision-preview`;
  const router = useRouter();
  const done = { onSuccess: close, showError: 'inline' as const };
  const suspend = useAction(suspendUserAction, { ...done, success: `${user.displayName} was suspended` });
  const remove = useAction(deleteUserAction, { ...done, success: `${user.displayName} was deleted` });
  const purge = useAction(purgeUserAction, {
    showError: 'inline',
    success: `${user.displayName} was deleted permanently`,
    onSuccess: () => router.push(links.users()),
  });
  const signedOut = `${user.displayName} is signed out everywhere at once${sessions > 0 ? ` (${count(sessions, 'session')})` : ''}.`;
  const change = (action: { clearError: () => void }) => (open: boolean) => {
    action.clearError();
    if (!open) close();
  };
  return (
    <>
      <ConfirmDestructive
        open={question === 'suspend'}
        onOpenChange={change(suspend)}
        title={`Suspend ${user.displayName}?`}
        consequences={[signedOut, 'Nothing is deleted; reactivating brings it all back.']}
        confirmLabel="Suspend user"
        pending={suspend.pending}
        error={suspend.error}
        onConfirm={() => suspend.run({ id: user.id })}
      >
        <DeprovisionImpact url={`${impact}?suspends=true`} />
      </ConfirmDestructive>
      <ConfirmDestructive
        open={question === 'delete'}
        onOpenChange={change(remove)}
        title={`Delete ${user.displayName}?`}
        consequences={[
          signedOut,
          'For 30 days everything can be restored. After that the person and the accounts are deleted permanently.',
        ]}
        confirmLabel="Delete user"
        pending={remove.pending}
        error={remove.error}
        onConfirm={() => remove.run({ id: user.id })}
      >
        <DeprovisionImpact url={impact} />
      </ConfirmDestructive>
      <ConfirmDestructive
        open={question === 'purge'}
        onOpenChange={change(purge)}
        title={`Delete ${user.displayName} permanently?`}
        consequences={[
          'Personal data is erased now. This cannot be undone.',
          'Accounts in applications are deleted, as each application is set to.',
          'Events keep the username, because they are the record of what happened.',
        ]}
        typeToConfirm={{ label: `Type the username: ${user.username}`, value: user.username }}
        confirmLabel="Delete permanently"
        pending={purge.pending}
        error={purge.error}
        onConfirm={(typed) => purge.run({ id: user.id, typed })}
      />
    </>
  );
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}
