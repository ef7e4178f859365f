'use server';

import { toAction } from '@/lib/auth/to-action';
import { links } from '@/lib/core/links';
import { backOutOfMigration } from '@/lib/moves/back-out-of-migration';
import { compareMigration } from '@/lib/moves/compare-migration';
import { finishMigration } from '@/lib/moves/finish-migration';
import { handOverMigration } from '@/lib/moves/hand-over-migration';
import { signOverMigration } from '@/lib/moves/sign-over-migration';
import { stepBackMigration } from '@/lib/moves/step-back-migration';
import { activateSso } from '@/lib/sso/activate-sso';

/** Both applications show something else now, too. */
const revalidate = () => links.applications();

export const compareMigrationAction = toAction(compareMigration, { revalidate });
/** Of the new instance, where it is wanted before that is connected. */
export const activateSsoAction = toAction(activateSso, { revalidate });
export const handOverMigrationAction = toAction(handOverMigration, { revalidate });
export const signOverMigrationAction = toAction(signOverMigration, { revalidate });
export const finishMigrationAction = toAction(finishMigration, { revalidate });
export const stepBackMigrationAction = toAction(stepBackMigration, { revalidate });
export const backOutOfMigrationAction = toAction(backOutOfMigration, { revalidate });
