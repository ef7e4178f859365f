import type { IdpAddresses } from '@/lib/sso/addresses';
import type { LiveMove } from './use-move';

/** What the steps are told. */
export interface StepProps {
  move: LiveMove;
  /** Of the new instance; null: it was deleted. */
  addresses: IdpAddresses | null;
  /** Its template wants SSO before it is connected. */
  requiresSso: boolean;
  readOnly: boolean;
  /** The migration is over: nothing can be done in it. */
  isOver: boolean;
  isHandedOver: boolean;
}
