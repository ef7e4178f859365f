import { expect, test } from 'vitest';
import { allows } from '@/lib/auth/permissions';
import { operations } from './operations';

/**
 * Who is meant to do what, said apart from what the operations declare: one that asks for too little would otherwise be
 * tested by its own mistake. Helpdesk reads, and gets provisioning and imports going; nothing else.
 */
const helpdeskDoes = [
  // They read; what they are asked about is too large for an address.
  'previewGroupRule',
  'previewGroupsOfApplication',
  'previewImportSettings',
  'previewMappings',
  'previewMappingDeprovision',
  'previewScopeFilter',
  'previewUserBatch',
  'listFilterChanges',
  'askScopeFilter',
  'testSignIn',
  'retryLink',
  'retryFailed',
  'runCycleNow',
  'stopCycle',
  'retryCause',
  'provisionOnDemand',
  // It sends what the directory says, as a cycle would.
  'correctDrift',
  'startDryRun',
  'cancelDryRun',
  'tickOffTasks',
  'startImport',
  'decideRow',
  'decideRows',
  'decideImportGroups',
  'confirmImportGroups',
  'commentOnImport',
  'confirmImport',
  'retryRows',
  'retryFailedRows',
  'discardImport',
];

/** Mails hold activation links that work; tokens are the administrators' own, and so are sources with theirs. */
const helpdeskDoesNotRead = [
  'listTokens',
  'listMails',
  'readMail',
  'listSources',
  'getSource',
  'listSourceTokens',
  'listSourceRefusals',
];

const idsOf = (wanted: (operation: (typeof operations)[number]) => boolean): string[] =>
  operations
    .filter(wanted)
    .map((operation) => operation.id)
    .sort();

test('a token of the helpdesk changes only what it is meant to', () => {
  const changes = idsOf(({ method, permission }) => method !== 'GET' && allows('helpdesk', permission));
  expect(changes).toEqual(helpdeskDoes.toSorted());
});

test('a token of the helpdesk reads everything but secrets', () => {
  const hidden = idsOf(({ method, permission }) => method === 'GET' && !allows('helpdesk', permission));
  expect(hidden).toEqual(helpdeskDoesNotRead.toSorted());
});

test('administrators may do everything; for people of the portal there is nothing', () => {
  expect(idsOf(({ permission }) => !allows('administrator', permission))).toEqual([]);
  expect(idsOf(({ permission }) => allows('user', permission))).toEqual([]);
});
