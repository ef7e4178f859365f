import type { GroupLink, Operation } from '@/lib/db/generated/client';
import type { DesiredMembership } from '../../plan/desired-group';
import type { MemberAccount } from '../../plan/group-members';
import type { LinkedGroup } from '../../plan/plan-group';
import type { Settled } from '../link';
import type { Marks } from './marks';

/** A group with its link. */
export interface GroupWork {
  link: GroupLink;
  /** Attempts of which nobody knows the outcome. */
  open: readonly Operation[];
  /** Whom to look at in it. */
  marks: Marks;
  /** Of a group that is known over there only who is to be added or taken out. */
  membership: DesiredMembership;
}

/** What we sent last is all that has to be known of it over there: it need not be asked for. */
export function isKnown({ link, open }: Pick<GroupWork, 'link' | 'open'>): boolean {
  return open.length === 0 && link.state !== 'released' && link.lastSent !== null && link.remoteId !== null;
}

/** What is known of a group over there. */
export interface FoundGroup {
  linked: LinkedGroup;
  remoteId: string | null;
  takenOver: boolean;
  foreignMembers: number;
  /** As just read: those of ours who are there, and those who are not any more. Absent where it was not read. */
  members?: { added: readonly MemberAccount[]; removed: readonly MemberAccount[] };
}

/** A group with what is known of it over there, ready to be planned. */
export interface ResolvedGroup extends GroupWork {
  found: FoundGroup;
}

/** Members by what is known of their accounts. */
export interface Members {
  added: readonly Pick<MemberAccount, 'userLinkId' | 'remoteId'>[];
  removed: readonly Pick<MemberAccount, 'userLinkId'>[];
}

export interface SettledGroup extends Settled<GroupLink> {
  foreignMembers: number;
  /** Absent: they stay as they are; `gone` with the group. */
  members?: Members | 'gone';
  /** Marks that this covers. */
  marks?: readonly string[];
}
