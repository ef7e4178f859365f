import type { GroupLink } from '@/lib/db/generated/client';
import type { DesiredMembership } from '../../plan/desired-group';
import type { LinkedGroup } from '../../plan/plan-group';
import type { Settled } from '../link';

/** A group with its link. */
export interface GroupWork {
  link: GroupLink;
  membership: DesiredMembership;
}

/** What is known of a group over there. */
export interface FoundGroup {
  linked: LinkedGroup;
  remoteId: string | null;
  takenOver: boolean;
  foreignMembers: number;
  /** As just read: those of ours who are there, and those who are not any more. Absent where it was not read. */
  members?: Members;
}

/** A group with what is known of it over there, ready to be planned. */
export interface ResolvedGroup extends GroupWork {
  found: FoundGroup;
}

/** Members by what is known of their accounts. */
export interface Members {
  added: { userLinkId: string; remoteId: string }[];
  /** Remote ids. */
  removed: readonly string[];
}

export interface SettledGroup extends Settled<GroupLink> {
  foreignMembers: number;
  /** Absent: they stay as they are; `gone` with the group. */
  members?: Members | 'gone';
}
