'use server';

import { toAction } from '@/lib/auth/to-action';
import { addImportedToGroup } from '@/lib/imports/add-to-group';
import { commentOnImport } from '@/lib/imports/comments';
import { confirmImport } from '@/lib/imports/confirm-import';
import { decideRow } from '@/lib/imports/decide-row';
import { decideRows } from '@/lib/imports/decide-rows';
import { confirmImportGroups } from '@/lib/imports/groups/confirm-groups';
import { decideImportGroups } from '@/lib/imports/groups/decide-groups';
import { retryFailedRows } from '@/lib/imports/retry-failed';
import { retryRows } from '@/lib/imports/retry-rows';
import { sendImportActivations } from '@/lib/imports/send-activations';
import { updateImportSettings } from '@/lib/imports/settings';
import { discardImport, startImport } from '@/lib/imports/start-import';

export const updateImportSettingsAction = toAction(updateImportSettings);

export const startImportAction = toAction(startImport);

export const discardImportAction = toAction(discardImport);

export const decideRowAction = toAction(decideRow);

export const decideRowsAction = toAction(decideRows);

export const commentOnImportAction = toAction(commentOnImport);

export const confirmImportAction = toAction(confirmImport, { more: ({ background }) => ({ background }) });

export const decideImportGroupsAction = toAction(decideImportGroups);

export const confirmImportGroupsAction = toAction(confirmImportGroups);

export const retryRowsAction = toAction(retryRows, { more: ({ failed, error }) => ({ failed, error }) });

export const retryFailedRowsAction = toAction(retryFailedRows, { more: ({ background }) => ({ background }) });

/** People's links are for administrators to send. */
export const sendImportActivationsAction = toAction(sendImportActivations);

/** Membership is a setting: helpdesk may import, but not let people in. */
export const addToGroupAction = toAction(addImportedToGroup);
