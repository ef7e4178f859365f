'use server';

import { assignUser } from '@/lib/applications/assign-user';
import { toAction } from '@/lib/auth/to-action';
import { links } from '@/lib/core/links';
import { activateSso } from '@/lib/sso/activate-sso';
import { mendSignIn } from '@/lib/sso/failed-sign-ins/mend-sign-in';

const revalidate = ({ id }: { id: string }) => links.application(id).overview();

export const mendSignInAction = toAction(mendSignIn, { revalidate });
export const activateForSignInAction = toAction(activateSso, { revalidate });
export const assignForSignInAction = toAction(assignUser, { revalidate });
