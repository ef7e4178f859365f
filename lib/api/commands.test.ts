import { expect, test } from 'vitest';
import { allows, permissions, roles } from '@/lib/auth/permissions';
import { commandOperations } from './commands';

/** Commands that helpdesk may give, said apart from what they declare. */
const helpdeskGives: readonly string[] = [
  'runCycleNow',
  'stopCycle',
  'startDryRun',
  'cancelDryRun',
  'provisionOnDemand',
  'tickOffTasks',
  'retryLink',
  'retryFailed',
  'correctDrift',
  'retryCause',
  'startImport',
  'discardImport',
  'decideRow',
  'decideRows',
  'decideImportGroups',
  'confirmImportGroups',
  'commentOnImport',
  'confirmImport',
  'retryRows',
  'retryFailedRows',
];

test('who may give which command is what the commands declare, and nothing else', () => {
  expect(commandOperations.length).toBeGreaterThan(5);
  for (const { command, id, permission } of commandOperations) {
    expect([id, permission]).toEqual([command.id, command.permission]);
    expect(Object.keys(permissions)).toContain(permission);
    const may = roles.filter((role) => allows(role, permission));
    expect(may, id).toEqual(helpdeskGives.includes(id) ? ['administrator', 'helpdesk'] : ['administrator']);
  }
});
