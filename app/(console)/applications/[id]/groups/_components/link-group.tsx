'use client';

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { FormError } from '@/components/patterns/form-error';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Combobox, type ComboboxOption, type FoundOptions } from '@/components/ui/combobox';
import { Dialog, DialogContent } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Spinner } from '@/components/ui/spinner';
import type { Page } from '@/lib/core/pagination';
import type { GroupLinkPreview } from '@/lib/provisioning/queries/group-link-preview';
import type { RemoteGroupRow } from '@/lib/provisioning/queries/remote-groups';
import { linkGroupAction } from '../actions';

/** A group over there that is proposed. */
export interface Offered {
  remoteId: string;
  name: string;
}

interface Props {
  applicationId: string;
  appName: string;
  group: { id: string; name: string };
  /** Absent: one is searched for. */
  offered: Offered | undefined;
  /** The id of the one that it is linked to. */
  current: string | undefined;
  close: () => void;
}

/** Chooses a group over there, says what linking it sends, and links it. */
export function LinkGroup({ applicationId, appName, group, offered, current, close }: Props) {
  const [chosen, setChosen] = useState<ComboboxOption | undefined>(
    offered && { value: offered.remoteId, label: offered.name },
  );
  const link = useAction(linkGroupAction, {
    success: `${group.name} is linked`,
    showError: 'inline',
    onSuccess: close,
  });
  const search = async (q: string): Promise<FoundOptions> => {
    const answer = await fetch(`/api/applications/${applicationId}/remote-groups?${new URLSearchParams({ q })}`);
    if (!answer.ok) throw new Error(`The search was refused: ${answer.status}`);
    const { items, nextCursor } = (await answer.json()) as Page<RemoteGroupRow>;
    return { options: items.map(optionOf), partial: nextCursor !== undefined };
  };
  return (
    <Dialog open onOpenChange={(open) => !open && close()}>
      <DialogContent
        title={offered ? `Take over ${offered.name}?` : `Link ${group.name} to an existing group`}
        description={
          current ? `The group that it is linked to stays in ${appName} as it is, with its members.` : undefined
        }
        footer={
          <>
            <Button onClick={close}>Cancel</Button>
            <Button
              variant="primary"
              disabled={!chosen}
              pending={link.pending}
              onClick={() => chosen && link.run({ applicationId, groupId: group.id, remoteId: chosen.value })}
            >
              {offered ? 'Take over' : 'Link group'}
            </Button>
          </>
        }
      >
        <div className="grid gap-4">
          <FormError error={link.error} />
          {!offered && (
            <Field label={`Group in ${appName}`} help="As the application was last read.">
              <Combobox
                aria-label={`Group in ${appName}`}
                placeholder="Choose a group"
                searchPlaceholder="Search by name"
                emptyText="No group of this name was read"
                search={search}
                value={chosen}
                onChange={setChosen}
              />
            </Field>
          )}
          {chosen && <LinkImpact applicationId={applicationId} groupId={group.id} remoteId={chosen.value} />}
        </div>
      </DialogContent>
    </Dialog>
  );
}

function optionOf({ remoteId, name, members, linkedTo }: RemoteGroupRow): ComboboxOption {
  const who = `${members.toLocaleString('en')} ${members === 1 ? 'member' : 'members'}`;
  return {
    value: remoteId,
    label: name || remoteId,
    hint: [remoteId, who, ...(linkedTo ? [`linked to ${linkedTo.name}`] : [])].join(' · '),
  };
}

/** What would be sent, before it is. */
export function LinkImpact({
  applicationId,
  groupId,
  remoteId,
}: {
  applicationId: string;
  groupId: string;
  remoteId: string;
}) {
  const url = `/api/applications/${applicationId}/group-links/${groupId}/preview?${new URLSearchParams({ remoteId })}`;
  const { data, isPending, isError } = useQuery({
    queryKey: ['group-link-preview', url],
    staleTime: 0,
    queryFn: async (): Promise<GroupLinkPreview> => {
      const answer = await fetch(url);
      if (!answer.ok) throw new Error(`The preview was refused: ${answer.status}`);
      return answer.json();
    },
  });
  if (isPending) return <Spinner label="Finding out what would be sent" />;
  if (isError) {
    return (
      <Callout kind="warning" title="What would be sent could not be found out">
        The group may be gone by now. Run a cycle, which reads the groups again.
      </Callout>
    );
  }
  const { words, foreignMembers, plan } = data;
  const unmanaged = plan.members?.unmanaged ?? 0;
  const stay = foreignMembers - unmanaged;
  return (
    <Callout kind={unmanaged > 0 ? 'warning' : 'info'} title={words}>
      <ul className="mt-1 grid gap-1">
        {Object.entries(plan.changes).map(([name, { from, to }]) => (
          <li key={name}>
            {name}: {String(from ?? '—')} → <span className="font-medium">{String(to ?? '—')}</span>
          </li>
        ))}
        {stay > 0 && (
          <li>
            {stay.toLocaleString('en')} {stay === 1 ? 'member' : 'members'} over there {stay === 1 ? 'is' : 'are'} not
            managed here, and {stay === 1 ? 'stays' : 'stay'}.
          </li>
        )}
      </ul>
    </Callout>
  );
}
