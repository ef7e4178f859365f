import pg from 'pg';
import { generalSettings } from '@/lib/applications/settings';
import { type PermissionName, type Role, roles } from '@/lib/auth/permissions';
import { links } from '@/lib/core/links';
import { valuesOf } from '@/lib/core/setting';
import { callAction, listActions, prepare, type ServerAction } from '../support/actions';
import { isOurOwn } from '../support/environment';
import { isMeantTo } from '../support/roles';
import { expect, test } from '../support/test';

/**
 * What every server action asks for, written down a second time on purpose: an action that is new, or that asks for
 * something else from now on, fails here until somebody has thought about it.
 */
const expected: Record<string, PermissionName | 'public'> = {
  activateAction: 'public',
  requestPasswordLinkAction: 'public',
  signOutAction: 'public',
  changeOwnPasswordAction: 'account.password',
  revokeOwnSessionAction: 'account.self',
  revokeOtherSessionsAction: 'account.self',

  createUserAction: 'users.write',
  updateUserAction: 'users.write',
  suspendUserAction: 'users.write',
  reactivateUserAction: 'users.write',
  unlockSignInAction: 'users.write',
  deleteUserAction: 'users.write',
  restoreUserAction: 'users.write',
  purgeUserAction: 'users.write',
  issueActivationLinkAction: 'users.write',
  revokeSessionAction: 'users.write',
  revokeAllSessionsAction: 'users.write',

  createGroupAction: 'groups.write',
  updateGroupAction: 'groups.write',
  startUserBatchAction: 'users.write',
  undoUserBatchAction: 'users.write',
  mapUserFileAction: 'users.write',
  importUserFileAction: 'users.write',
  updateGroupRuleAction: 'groups.write',
  turnGroupAction: 'groups.write',
  deleteGroupAction: 'groups.write',
  updateGroupMembersAction: 'groups.write',
  nestGroupAction: 'groups.write',
  unnestGroupAction: 'groups.write',
  addToGroupAction: 'groups.write',

  createApplicationAction: 'applications.write',
  duplicateApplicationAction: 'applications.write',
  startMigrationAction: 'applications.write',
  activateSsoAction: 'sso.write',
  compareMigrationAction: 'applications.write',
  handOverMigrationAction: 'applications.write',
  signOverMigrationAction: 'applications.write',
  finishMigrationAction: 'applications.write',
  stepBackMigrationAction: 'applications.write',
  backOutOfMigrationAction: 'applications.write',
  updateApplicationAction: 'applications.write',
  saveUsernameFormatAction: 'applications.write',
  deleteApplicationsAction: 'applications.write',
  saveApplicationsAction: 'applications.write',
  saveGroupsAction: 'applications.write',
  saveMappingsAction: 'applications.write',
  resetMappingsAction: 'applications.write',
  revertMappingsAction: 'applications.write',
  setTargetAttributesAction: 'applications.write',
  saveScopeFilterAction: 'applications.write',
  previewGroupsAction: 'applications.read',
  linkGroupAction: 'applications.write',
  unlinkGroupAction: 'applications.write',
  manageGroupAction: 'applications.write',
  setApplicationUsernameAction: 'applications.write',
  reviewApplicationUsernamesAction: 'applications.write',
  setApplicationUsernamesAction: 'applications.write',
  startAuthorizationAction: 'integration.write',
  disconnectAuthorizationAction: 'integration.write',
  assignUserAction: 'applications.write',
  unassignUserAction: 'applications.write',
  releaseLinkAction: 'applications.write',
  manageLinkAction: 'applications.write',

  saveSsoAction: 'sso.write',
  announceIdpKeyAction: 'sso.write',
  switchIdpKeyAction: 'sso.write',
  revertIdpKeyAction: 'sso.write',
  discardIdpKeyAction: 'sso.write',
  setSpMetadataSourceAction: 'sso.write',
  removeSpMetadataSourceAction: 'sso.write',
  refreshSpMetadataAction: 'sso.write',
  applyHeldMetadataAction: 'sso.write',
  rejectHeldMetadataAction: 'sso.write',
  mendSignInAction: 'sso.write',
  compareMetadataAction: 'applications.read',
  startTrialAction: 'applications.read',
  requestAccessAction: 'portal.use',
  activateForSignInAction: 'sso.write',
  assignForSignInAction: 'applications.write',
  readMetadataAction: 'sso.write',
  readCertificateAction: 'sso.write',
  saveBookmarkAction: 'sso.write',

  activateIntegrationAction: 'integration.write',
  updateIntegrationAction: 'integration.write',
  updateServerProfileAction: 'integration.write',
  replaceCredentialsAction: 'integration.write',
  pauseIntegrationAction: 'integration.write',
  resumeIntegrationAction: 'integration.write',
  deactivateIntegrationAction: 'integration.write',
  confirmMissingAction: 'integration.write',
  allowHeldAction: 'integration.write',
  tickOffTasksAction: 'provisioning.run',
  rejectHeldAction: 'integration.write',
  startActivationDryRunAction: 'integration.write',
  activateDryRunAction: 'integration.write',
  applyDryRunAction: 'integration.write',

  runCycleNowAction: 'provisioning.run',
  stopCycleAction: 'provisioning.run',
  startDryRunAction: 'provisioning.run',
  provisionOnDemandAction: 'provisioning.run',
  cancelDryRunAction: 'provisioning.run',
  retryLinkAction: 'provisioning.run',
  retryFailedAction: 'provisioning.run',
  correctDriftAction: 'provisioning.run',
  retryCauseAction: 'provisioning.run',

  updateImportSettingsAction: 'applications.write',
  startImportAction: 'imports.run',
  discardImportAction: 'imports.run',
  decideRowAction: 'imports.run',
  decideRowsAction: 'imports.run',
  decideImportGroupsAction: 'imports.run',
  confirmImportGroupsAction: 'imports.run',
  commentOnImportAction: 'imports.run',
  confirmImportAction: 'imports.run',
  retryRowsAction: 'imports.run',
  retryFailedRowsAction: 'imports.run',
  sendImportActivationsAction: 'users.write',

  createTokenAction: 'tokens.write',
  revokeTokenAction: 'tokens.write',
  createAttributeDefinitionAction: 'settings.write',
  updateAttributeDefinitionAction: 'settings.write',
  deleteAttributeDefinitionAction: 'settings.write',
  createSourceAction: 'sources.write',
  updateSourceAction: 'sources.write',
  deleteSourceAction: 'sources.write',
  createSourceTokenAction: 'sources.write',
  revokeSourceTokenAction: 'sources.write',
  createWebhookAction: 'webhooks.write',
  updateWebhookAction: 'webhooks.write',
  replaceWebhookSecretAction: 'webhooks.write',
  deleteWebhookAction: 'webhooks.write',
  testWebhookAction: 'webhooks.write',
  resendDeliveryAction: 'webhooks.write',
  resendFailedAction: 'webhooks.write',

  updateSettingsAction: 'settings.write',
  pauseProvisioningAction: 'integration.write',
  resumeProvisioningAction: 'integration.write',

  moveDemoClockAction: 'demo.reset',
  resetDemoAction: 'demo.reset',
};

const actions = listActions();
const permissionOf = (action: ServerAction) => expected[action.name];

/** Nonsense, so that whoever is allowed changes nothing either: what comes back is about the input. */
const nonsense = 'nonsense';

test('every server action of the build is in the table of this test', () => {
  expect(actions.length).toBeGreaterThan(20);
  expect(actions.filter((action) => !permissionOf(action)).map(({ file, name }) => `${file} ${name}`)).toEqual([]);
});

test('signed out, every action is refused', async () => {
  const guarded = actions.filter((action) => permissionOf(action) !== 'public');
  for (const action of guarded) {
    expect(await callAction(action, nonsense, []), action.name).toMatchObject({ ok: false, code: 'unauthenticated' });
  }
});

for (const role of roles) {
  test(`the role ${role} gets through exactly where the table lets it`, async ({ cookiesOf }) => {
    const cookies = await cookiesOf(role);
    for (const action of actions) {
      const permission = permissionOf(action);
      // Resetting takes no input: should nonsense not keep it from acting, everything would be gone.
      const harmful = action.name === 'resetDemoAction' && role === 'administrator';
      if (!permission || permission === 'public' || harmful) continue;
      const code = isMeantTo(role, permission) ? 'invalid_input' : 'forbidden';
      expect(await callAction(action, nonsense, cookies), action.name).toMatchObject({ ok: false, code });
    }
  });
}

test('an action whose page was just left is carried out although it is sent to another page', async ({ cookiesOf }) => {
  const action = actions.find(({ name }) => name === 'createGroupAction');
  if (!action) throw new Error('There is no such action any more.');
  const elsewhere = { ...action, path: links.webhooks() };
  expect(actions.some(({ name, path }) => name === action.name && path === elsewhere.path)).toBe(false);
  const input = { name: `From elsewhere ${Date.now()}`, description: '' };
  expect(await callAction(elsewhere, input, await cookiesOf('administrator'))).toMatchObject({ ok: true });
  expect(await callAction(elsewhere, input, await cookiesOf('helpdesk'))).toMatchObject({ code: 'forbidden' });
});

test('what is refused changes nothing, with input that an administrator could have sent', {
  tag: '@alone',
}, async ({ cookiesOf }) => {
  const cookies = await cookiesOf('administrator');
  const { inputs, order } = await anApplicationWithItsPeople((name, input) => prepare(name, input, cookies));
  // A sign-in is noted with the person: nobody does it meanwhile.
  for (const role of roles) await cookiesOf(role);
  const before = await atRest();
  for (const role of [...roles, undefined] as (Role | undefined)[]) {
    for (const [name, input] of Object.entries(inputs)) {
      const action = actions.find((candidate) => candidate.name === name);
      const permission = expected[name] as PermissionName;
      if (!action || (role && isMeantTo(role, permission))) continue;
      const answer = await callAction(action, input, role ? await cookiesOf(role) : []);
      expect(answer, `${name} as ${role}`).toMatchObject({ ok: false, code: role ? 'forbidden' : 'unauthenticated' });
    }
  }
  // Others may be at work in a shared environment.
  if (isOurOwn) expect(await everything()).toEqual(before);

  // The same input from an administrator does all of it: nothing was refused for another reason.
  for (const name of order) await prepare(name, inputs[name], cookies);
  if (isOurOwn) expect(await everything()).not.toEqual(before);
});

/** Something of everything, and for each action an input that would be carried out. */
async function anApplicationWithItsPeople(run: <T>(name: string, input: unknown) => Promise<T>) {
  const mark = Date.now().toString(36);
  const values = (username: string) => ({
    username,
    email: `${username}@acme.example`,
    firstname: 'Uma',
    lastname: 'Unauthorized',
    role: 'user',
    sendActivation: false,
  });
  const person = await run<{ id: string }>('createUserAction', values(`uma.${mark}`));
  const group = await run<{ id: string }>('createGroupAction', { name: `Refusals ${mark}`, description: '' });
  const child = await run<{ id: string }>('createGroupAction', { name: `Refusals below ${mark}`, description: '' });
  const { displayLabel: _, ...general } = valuesOf(generalSettings);
  const app = await run<{ id: string; slug: string }>('createApplicationAction', {
    templateId: 'egnyte',
    displayLabel: `Refusals ${mark}`,
    ...general,
  });
  const id = person.id;
  const applicationId = app.id;
  const inputs: Record<string, unknown> = {
    createUserAction: values(`uma.other.${mark}`),
    updateUserAction: { ...values(`uma.${mark}`), id, version: 1, role: 'administrator' },
    issueActivationLinkAction: { id, mail: false },
    revokeAllSessionsAction: { userId: id },
    createGroupAction: { name: `Refusals too ${mark}`, description: '' },
    updateGroupAction: { id: group.id, version: 1, name: `Renamed ${mark}`, description: '' },
    updateGroupMembersAction: { groupId: group.id, add: [id], remove: [] },
    nestGroupAction: { parentId: group.id, childId: child.id },
    deleteGroupAction: { id: child.id, typed: `Refusals below ${mark}` },
    createApplicationAction: {
      templateId: 'bookmark',
      displayLabel: `Never ${mark}`,
      ...general,
      bookmarkUrl: 'https://example.com/',
    },
    updateApplicationAction: { id: applicationId, version: 1, displayLabel: `Other ${mark}`, ...general },
    saveGroupsAction: { applicationId, add: [group.id], remove: [] },
    saveApplicationsAction: { groupId: child.id, add: [applicationId], remove: [] },
    suspendUserAction: { id },
    reactivateUserAction: { id },
    deleteUserAction: { id },
    purgeUserAction: { id, typed: `uma.${mark}` },
    deleteApplicationsAction: { ids: [applicationId], typedCount: '1' },
  };
  const order = Object.keys(inputs).filter((name) => name !== 'saveApplicationsAction' && name !== 'deleteGroupAction');
  return { inputs, order };
}

/** The same, once the worker has done what the tests before left to it. */
async function atRest(): Promise<Record<string, string>> {
  let before = {};
  await expect(async () => {
    const now = await everything();
    const earlier = before;
    before = now;
    expect(now).toEqual(earlier);
  }).toPass({ intervals: [500], timeout: 30_000 });
  return before;
}

/** A digest of every table but the record of what was tried, and what time itself changes. */
async function everything(): Promise<Record<string, string>> {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
  );
  const digests: Record<string, string> = {};
  for (const { name } of rows) {
    if (['events', 'sessions', 'settings', 'worker_heartbeats'].includes(name)) continue;
    const digest = await client.query<{ md5: string }>(
      `SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) AS md5 FROM "${name}" t`,
    );
    digests[name] = digest.rows[0]?.md5 ?? '';
  }
  await client.end();
  return digests;
}
