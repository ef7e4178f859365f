import { api } from './support/api';
import { objections } from './support/axe';
import { newMark } from './support/mark';
import { control, type SandboxAccount, stateOf } from './support/sandbox';
import { expect, test } from './support/test';

test.use({ role: 'administrator' });

const people = 50;
/** Of them, so many have no account in the new domain. */
const missing = 2;

async function made<T>(method: string, path: string, body?: object): Promise<T> {
  const answer = await api(method, path, body, { 'if-match': '*' });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body as T;
}

test('an application is migrated to a new domain: at no moment is an account inactive, and every link points to it at the end', async ({
  page,
}) => {
  test.setTimeout(180_000);
  const mark = newMark();
  const [west, east] = [`egnyte/west${mark}`, `egnyte/east${mark}`];
  const tokenOf = (tenant: string) => control<{ token: string; scimUrl: string }>('POST', '/tokens', { tenant });
  const { id } = await made<{ id: string }>('POST', '/applications', {
    ...{ templateId: 'egnyte', displayLabel: `Egnyte west ${mark}`, placeholders: { SUBDOMAIN: `west${mark}` } },
  });
  await made('PATCH', `/applications/${id}/sso`, { activation: 'activate' });
  const source = await tokenOf(west);
  const connection = { baseUrl: source.scimUrl, token: source.token, manageGroups: true };
  await made('POST', `/applications/${id}/identity-management/activate`, connection);
  const names = Array.from({ length: people }, (_, index) => `mover${index}.${mark}`);
  const ids = await Promise.all(
    names.map(async (username) => {
      const person = { username, email: `${username}@acme.example`, firstname: 'Mo', lastname: username };
      return (await made<{ id: string }>('POST', '/users', person)).id;
    }),
  );
  const group = await made<{ id: string }>('POST', '/groups', { name: `Movers ${mark}` });
  await made('POST', `/groups/${group.id}/members`, { add: ids });
  await made('POST', `/applications/${id}/groups`, { add: [group.id], remove: [] });
  const accountsIn = async (tenant: string) =>
    (await stateOf(tenant)).users.filter(({ data }: SandboxAccount) => names.includes(String(data.userName)));
  await expect.poll(async () => (await accountsIn(west)).length, { timeout: 60_000 }).toBe(people);

  // The new domain has most of these people already.
  const target = await tokenOf(east);
  for (const userName of names.slice(missing)) {
    const answer = await fetch(`${target.scimUrl}/Users`, {
      method: 'POST',
      headers: { authorization: `Bearer ${target.token}`, 'content-type': 'application/scim+json' },
      body: JSON.stringify({
        ...{ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName, externalId: userName, active: true },
        ...{ emails: [{ value: `${userName}@acme.example`, primary: true }] },
        ...{ name: { givenName: 'Mo', familyName: userName } },
      }),
    });
    expect(answer.status).toBe(201);
  }

  // From here on, all of them are watched in both domains.
  let [looks, isOver] = [0, false];
  const inactive: string[] = [];
  const watch = (async () => {
    while (!isOver) {
      for (const tenant of [west, east]) {
        const found = await accountsIn(tenant);
        inactive.push(
          ...found.filter(({ data }) => data.active !== true).map(({ data }) => `${tenant} ${data.userName}`),
        );
      }
      looks += 1;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();

  await page.goto(`/applications/${id}/general`);
  await page.getByRole('button', { name: /More actions/ }).click();
  await page.getByRole('menuitem', { name: 'Migrate to a new instance' }).click();
  const dialog = page.getByRole('dialog', { name: /Migrate Egnyte west/ });
  await dialog.getByRole('textbox', { name: 'Display Label' }).fill(`Egnyte east ${mark}`);
  await dialog.getByRole('textbox', { name: /domain/i }).fill(`east${mark}`);
  expect(await objections(page, '[role=dialog]')).toEqual([]);
  await dialog.getByRole('button', { name: 'Begin migration' }).click();
  await expect(page.getByRole('heading', { name: /Migrate Egnyte west .* to Egnyte east/ })).toBeVisible();
  expect(await objections(page)).toEqual([]);

  await page.getByRole('button', { name: 'Activate its SSO' }).click();
  await page.getByRole('link', { name: 'Open its Identity Management tab' }).click();
  await page.getByRole('button', { name: 'Configure' }).click();
  await page.getByRole('textbox', { name: 'Base URL' }).fill(target.scimUrl);
  await page.getByRole('textbox', { name: /Token Key/ }).fill(target.token);
  await page.getByRole('button', { name: 'Activate' }).click();
  await expect(page.getByRole('link', { name: 'Go on with the migration' })).toBeVisible();
  await expect(page.getByText('Paused').first()).toBeVisible();
  await page.getByRole('link', { name: 'Go on with the migration' }).click();

  await page.getByRole('button', { name: 'Compare accounts' }).click();
  const handOver = page.getByRole('button', { name: `Hand over ${people - missing} accounts` });
  await expect(handOver).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText('Have no account there')).toBeVisible();
  expect(await objections(page)).toEqual([]);
  await handOver.click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Hand over' }).click();
  await expect(page.getByText(/is paused, and .* provisions\./)).toBeVisible({ timeout: 60_000 });

  await page.getByRole('button', { name: 'Move sign-on' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Move sign-on' }).click();
  await expect(page.getByText(/People sign in through Egnyte east/)).toBeVisible();
  await page.getByRole('button', { name: 'Delete the old instance' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete and finish' }).click();
  await expect(page.getByText(/was deleted\. Its accounts stayed as they are\./)).toBeVisible();
  expect(await objections(page)).toEqual([]);

  // Who had no account there gets one by the new instance, which has begun to provision.
  await expect.poll(async () => (await accountsIn(east)).length, { timeout: 60_000 }).toBe(people);
  const accounts = new Map((await accountsIn(east)).map((account) => [String(account.data.userName), account.id]));
  const { items } = await made<{ items: { id: string }[] }>(
    'GET',
    `/applications?q=${encodeURIComponent(`east ${mark}`)}`,
  );
  const linked = async () => {
    const found = ids.map((userId) => made<Linked>('GET', `/applications/${items[0]?.id}/assignments/${userId}`));
    return (await Promise.all(found)).map(({ link }) => link?.remoteId);
  };
  await expect.poll(linked, { timeout: 60_000 }).toEqual(names.map((name) => accounts.get(name)));
  isOver = true;
  await watch;
  expect(inactive, 'at no moment').toEqual([]);
  expect(looks).toBeGreaterThan(20);
});

interface Linked {
  link: { remoteId: string | null } | null;
}
