import { isOneOf, type OperationStateName, operationStatesThat } from '@/lib/core/states';
import type { OperationAction } from '@/lib/db/generated/client';
import type { PlanContext } from './plan/plan-context';
import type { DesiredUser, LinkedUser } from './plan/plan-user';

/**
 * What has an operation wait: a setting, or the guard, which has found too many. `counting`: it waits until all that are planned
 * together are counted; `review`: it is another thing than was reviewed in the dry run that is carried out.
 */
export const heldBy = ['setting', 'guard', 'counting', 'review'] as const;
export type HeldBy = (typeof heldBy)[number];

/** What was held of a link, as it stands by now. */
export interface Hold {
  /** Of the operation. */
  id: string;
  action: OperationAction;
  state: OperationStateName;
}

export type Decision =
  /** `id`: of the operation that was allowed, which is now carried out; absent: a new one is. */
  | { kind: 'send'; id?: string }
  /** It is new, and waits from now on. */
  | { kind: 'hold'; by: HeldBy }
  /** It waits already, or nobody wants it: the account stays as it is. */
  | { kind: 'stay' };

/** What has something wait, if anything does; `never`: it is sent whatever was decided before. */
export type Waits = HeldBy | 'never' | null;

/**
 * Whether what is planned is sent now. What somebody has decided about holds for as long as the same is planned: what was allowed is
 * tried until it has succeeded, what was rejected is not asked again. Pure.
 * @param hold absent where nothing was held of the link, or what was held is not kept any more
 * @param waits whether somebody has to allow it; `never`: nobody is asked, and what was decided about something like it is no answer
 */
export function decide(action: OperationAction, hold: Hold | null | undefined, waits: Waits): Decision {
  if (hold?.action === action) {
    switch (hold.state) {
      case 'held':
      case 'rejected':
        return { kind: waits === 'never' ? 'send' : 'stay' };
      case 'allowed':
        return { kind: 'send', id: hold.id };
      case 'withdrawn':
        break;
      default:
        // An attempt that was allowed and failed.
        return { kind: 'send' };
    }
  }
  return waits === null || waits === 'never' ? { kind: 'send' } : { kind: 'hold', by: waits };
}

/** Whether it is sent only once somebody has allowed it: new, held already, or rejected. */
export function isHeldBack(...asked: Parameters<typeof decide>): boolean {
  return decide(...asked).kind !== 'send';
}

/** Whether it is still on record as one that will be sent, or may be. */
export function isWaiting(hold: Hold | null | undefined): hold is Hold {
  return isOneOf(operationStatesThat.wait, hold?.state);
}

type Settings = Pick<PlanContext, 'holdDeprovisioning'>;

/** Whoever is suspended is kept out of everything at once: that is what somebody asked for. */
export function isKeptOut(desired: DesiredUser): boolean {
  return desired.kind === 'inactive' && desired.reason === 'suspended';
}

/** Whether an active account is taken away. */
export function isDeprovisioning(action: string, linked: LinkedUser): boolean {
  return (action === 'delete' || action === 'deactivate') && linked.kind === 'account' && !linked.deactivated;
}

/**
 * Whether an account is deactivated, or deleted, only once somebody has allowed it.
 * @param isClear false: the guard has to count it first, or has found too many
 */
export function accountWaits(
  { holdDeprovisioning }: Settings,
  { desired, action, isClear = true }: { desired: DesiredUser; action: string; isClear?: boolean },
): Waits {
  if (isKeptOut(desired)) return 'never';
  if (holdDeprovisioning && (action === 'delete' || action === 'deactivate')) return 'setting';
  return isClear ? null : 'counting';
}

/** The same of a group. */
export function groupWaits({ holdDeprovisioning }: Settings, action: string): Waits {
  return action === 'delete' && holdDeprovisioning ? 'setting' : null;
}
