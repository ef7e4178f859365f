import type { GroupLink } from '@/lib/db/generated/client';
import type { MemberAccount } from '../../plan/group-members';
import type { LinkedMembership, PlannedGroup } from '../../plan/plan-group-links';
import type { OpenOperation } from '../intents';
import type { Settled } from '../link';
import type { Marks } from './marks';

/** A group with its link. */
export interface GroupWork extends LinkedMembership<GroupLink> {
  /** Attempts of which nobody knows the outcome. */
  open: readonly OpenOperation[];
  /** Whom to look at in it. */
  marks: Marks;
}

/** The same, planned by what is known of it over there. */
export type ResolvedGroup = GroupWork & PlannedGroup<GroupLink>;

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
  /** What is left to do is not about those alone who are marked: everybody is looked at next time. */
  leavesOthers?: boolean;
}
