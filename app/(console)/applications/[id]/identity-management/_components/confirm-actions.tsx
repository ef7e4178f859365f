'use client';

import { AlertDialog } from '@/components/ui/alert-dialog';
import type { ActionSettings, GroupSettings } from '@/lib/provisioning/settings';

type Counts = Record<keyof ActionSettings, number>;
type Switch = Exclude<keyof ActionSettings, 'deprovisionAction'>;

const sentences: Readonly<Record<Switch, (count: string, one: boolean) => string>> = {
  createUsers: (count, one) => `${count} ${one ? 'account is' : 'accounts are'} created.`,
  updateUsers: (count, one) => `${count} ${one ? 'account is' : 'accounts are'} changed or reactivated.`,
  deactivateUsers: (count, one) => `${count} ${one ? 'account is' : 'accounts are'} deactivated.`,
  deleteUsers: (count, one) => `${count} ${one ? 'account is' : 'accounts are'} deleted.`,
  pushGroups: (count, one) => `${count} ${one ? 'user group is' : 'user groups are'} pushed, with members.`,
};

/** What saving sends of what was left out so far, and what it deletes from now on; empty: nothing that has to be asked. */
export function whatIsSent(before: ActionSettings, after: ActionSettings, leftOut: Counts): string[] {
  const told = (Object.keys(sentences) as Switch[]).flatMap((name) => {
    const count = leftOut[name];
    return after[name] && !before[name] && count > 0 ? [sentences[name](count.toLocaleString('en'), count === 1)] : [];
  });
  const to = after.deprovisionAction;
  if (to === before.deprovisionAction || to === 'nothing') return told;
  const count = leftOut.deprovisionAction;
  const left =
    count > 0
      ? [sentences[to === 'delete' ? 'deleteUsers' : 'deactivateUsers'](count.toLocaleString('en'), count === 1)]
      : [];
  const deletes =
    to === 'delete'
      ? [
          'From now on, the accounts of people who leave are deleted. The application may not be able to bring them back.',
        ]
      : [];
  return [...told, ...left, ...deletes];
}

/** Members over there, in groups that are managed, whom nobody here has put there. */
export interface ForeignMembers {
  members: number;
  groups: number;
}

/** Whom making membership exact removes; empty: nobody. */
export function whoIsRemoved(before: GroupSettings, after: GroupSettings, foreign: ForeignMembers): string[] {
  const { members, groups } = foreign;
  if (!after.exactMembership || before.exactMembership || members === 0) return [];
  const [who, where] = [members, groups].map((count) => count.toLocaleString('en'));
  return [
    `${who} ${members === 1 ? 'member' : 'members'} of ${where} ${groups === 1 ? 'group' : 'groups'} who ${members === 1 ? 'is' : 'are'} not managed here ${members === 1 ? 'is' : 'are'} removed, as far as it is known by now.`,
  ];
}

/** Says what is sent before it is. */
export function ConfirmActions({
  sentences: told,
  open,
  onOpenChange,
  pending,
  onConfirm,
}: {
  sentences: readonly string[];
  open: boolean;
  onOpenChange: (open: boolean) => void;
  pending: boolean;
  onConfirm: () => void;
}) {
  return (
    <AlertDialog
      open={open}
      onOpenChange={onOpenChange}
      title="Save and send this?"
      description={
        <ul className="mt-1 grid list-disc gap-1 pl-4 text-ink marker:text-muted">
          {told.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      }
      confirmLabel="Save"
      danger
      pending={pending}
      onConfirm={onConfirm}
    />
  );
}
