'use client';

import { Ellipsis, Link2, Link2Off, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { useAction } from '@/components/patterns/use-action';
import { AlertDialog } from '@/components/ui/alert-dialog';
import { Button, IconButton } from '@/components/ui/button';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuTrigger,
} from '@/components/ui/dropdown-menu';
import type { GroupLinkRow } from '@/lib/provisioning/queries/group-links';
import { LinkStateWord } from '../../assignments/_components/link-state';
import { manageGroupAction, unlinkGroupAction } from '../actions';
import { LinkGroup, type Offered } from './link-group';

/** Below an associated user group: what it is linked to over there, who is in that, and what can be done about it. */
export function LinkedGroup({
  applicationId,
  appName,
  group,
  row,
  readOnly,
}: {
  applicationId: string;
  appName: string;
  group: { id: string; name: string };
  /** Absent: nobody has looked at it yet. */
  row: GroupLinkRow | undefined;
  readOnly: boolean;
}) {
  const [linking, setLinking] = useState<Offered | 'any'>();
  const candidate = row?.candidate ?? undefined;
  return (
    <div className="flex items-start justify-between gap-x-4 pb-1 pl-7">
      <div className="grid min-w-0 gap-0.5 text-muted text-xs">
        <span className="flex flex-wrap items-center gap-x-3 gap-y-0.5">
          <LinkStateWord state={row?.state ?? null} />
          <Where appName={appName} row={row} />
        </span>
        {row?.lastError && <span className="max-w-prose">{row.lastError.message}</span>}
      </div>
      {!readOnly && (
        <div className="-mt-1.5 flex shrink-0 items-center gap-1.5">
          {candidate && (
            <Button size="sm" onClick={() => setLinking(candidate)}>
              Take over
            </Button>
          )}
          <Actions
            applicationId={applicationId}
            appName={appName}
            group={group}
            row={row}
            onLink={() => setLinking('any')}
          />
        </div>
      )}
      {linking && (
        <LinkGroup
          applicationId={applicationId}
          appName={appName}
          group={group}
          offered={linking === 'any' ? undefined : linking}
          current={row?.remote?.remoteId}
          close={() => setLinking(undefined)}
        />
      )}
    </div>
  );
}

/** "Linked to Crew 10023 · 12 members added here, 3 not managed here" */
function Where({ appName, row }: { appName: string; row: GroupLinkRow | undefined }) {
  if (row?.unlinked) return <span>Unlinked by hand: left alone</span>;
  if (!row?.remote) return <span>Not linked to a group in {appName}</span>;
  const { remote, members, foreignMembers } = row;
  return (
    <>
      <span className="min-w-0 break-words">
        Linked to {remote.name && remote.name !== row.name ? <span className="text-ink">{remote.name}</span> : 'ID'}{' '}
        <code>{remote.remoteId}</code>
      </span>
      <span className="tabular-nums">
        {members.toLocaleString('en')} {members === 1 ? 'member' : 'members'} from here
        {foreignMembers > 0 && `, ${foreignMembers.toLocaleString('en')} not managed here`}
      </span>
    </>
  );
}

function Actions({
  applicationId,
  appName,
  group,
  row,
  onLink,
}: {
  applicationId: string;
  appName: string;
  group: { id: string; name: string };
  row: GroupLinkRow | undefined;
  onLink: () => void;
}) {
  const [asking, setAsking] = useState(false);
  const unlink = useAction(unlinkGroupAction, {
    success: `${group.name} is unlinked`,
    onSuccess: () => setAsking(false),
  });
  const manage = useAction(manageGroupAction, { success: `${group.name} is managed again` });
  const ref = { applicationId, groupId: group.id };
  return (
    <>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <IconButton label={`Group of ${group.name} in ${appName}`} size="sm">
            <Ellipsis aria-hidden />
          </IconButton>
        </DropdownMenuTrigger>
        <DropdownMenuContent>
          <DropdownMenuItem onSelect={onLink}>
            <Link2 aria-hidden />
            Link to an existing group…
          </DropdownMenuItem>
          {row?.unlinked ? (
            <DropdownMenuItem onSelect={() => void manage.run(ref)}>
              <RotateCcw aria-hidden />
              Manage again
            </DropdownMenuItem>
          ) : (
            <DropdownMenuItem onSelect={() => setAsking(true)}>
              <Link2Off aria-hidden />
              Unlink…
            </DropdownMenuItem>
          )}
        </DropdownMenuContent>
      </DropdownMenu>
      <AlertDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Unlink ${group.name}?`}
        description={`The group in ${appName} stays as it is, with its members, and is left alone until you link this one or manage it again. People keep their access and their accounts.`}
        confirmLabel="Unlink"
        pending={unlink.pending}
        onConfirm={() => void unlink.run(ref)}
      />
    </>
  );
}
