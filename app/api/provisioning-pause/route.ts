import { defineRoute } from '@/lib/auth/define-route';
import { findProvisioningPause } from '@/lib/settings/provisioning-pause';

/** Whether all provisioning is paused: asked by every page that stays open. */
export const GET = defineRoute({ permission: 'provisioning.read', live: true }, () => findProvisioningPause());
