'use server';

import { defineAction } from '@/lib/auth/define-action';
import { addImportedToGroup } from '@/lib/imports/add-to-group';
import { confirmImport } from '@/lib/imports/confirm-import';
import { decideRow } from '@/lib/imports/decide-row';
import { retryRows } from '@/lib/imports/retry-rows';
import {
  addToGroupSchema,
  confirmImportSchema,
  decideRowSchema,
  importIdSchema,
  retryRowsSchema,
  startImportSchema,
} from '@/lib/imports/schema';
import { discardImport, startImport } from '@/lib/imports/start-import';

const permission = 'imports.run';

export const startImportAction = defineAction({ permission, schema: startImportSchema }, (input, { actor }) =>
  startImport(actor, input),
);

export const discardImportAction = defineAction({ permission, schema: importIdSchema }, (input, { actor }) =>
  discardImport(actor, input),
);

export const decideRowAction = defineAction({ permission, schema: decideRowSchema }, (input, { actor }) =>
  decideRow(actor, input),
);

export const confirmImportAction = defineAction({ permission, schema: confirmImportSchema }, (input, { actor }) =>
  confirmImport(actor, input),
);

export const retryRowsAction = defineAction({ permission, schema: retryRowsSchema }, (input, { actor }) =>
  retryRows(actor, input),
);

/** Membership is a setting: helpdesk may import, but not let people in. */
export const addToGroupAction = defineAction(
  { permission: 'groups.write', schema: addToGroupSchema },
  (input, { actor }) => addImportedToGroup(actor, input),
);
