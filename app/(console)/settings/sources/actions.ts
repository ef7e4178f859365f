'use server';

import { toAction } from '@/lib/auth/to-action';
import { links } from '@/lib/core/links';
import { createSource } from '@/lib/inbound/create-source';
import { createSourceToken } from '@/lib/inbound/create-source-token';
import { deleteSource } from '@/lib/inbound/delete-source';
import { revokeSourceToken } from '@/lib/inbound/revoke-source-token';
import { updateSource } from '@/lib/inbound/update-source';

const revalidate = () => links.sources();

export const createSourceAction = toAction(createSource, { revalidate });

export const updateSourceAction = toAction(updateSource, { revalidate });

export const deleteSourceAction = toAction(deleteSource, { revalidate });

/** Answers the token itself, this once. */
export const createSourceTokenAction = toAction(createSourceToken, { revalidate, more: ({ token }) => ({ token }) });

export const revokeSourceTokenAction = toAction(revokeSourceToken, { revalidate });
