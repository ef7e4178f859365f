import { expect, test } from 'vitest';
import { createApplication } from '@/lib/applications/testing/create-application';
import { links } from '@/lib/core/links';
import { listDeletedMatches, listUsers } from '@/lib/directory/list-users';
import { userFilterSchema } from '@/lib/directory/schema';
import { aPerson } from '@/lib/directory/testing/people';
import { systemActor } from '@/lib/events/actor';
import { integratedApplication } from '@/lib/provisioning/testing/integration';
import { searchEverything } from './search';

test('the palette leads to Provision on demand of a connected application, and of no other', async () => {
  const general = { description: '', logoColor: '#00968f', logoImage: null, showInPortal: true };
  const id = await integratedApplication('Palettine');
  await createApplication(systemActor, { templateId: 'egnyte', displayLabel: 'Palettine apart', ...general });
  for (const q of ['palettine', 'Palettine on demand', 'provision palettine', 'Provision on demand palettine']) {
    const { items } = await searchEverything(q);
    const leading = items.filter(({ hint }) => hint === 'Provision on demand');
    expect(leading, q).toMatchObject([{ label: 'Palettine', href: links.application(id).onDemand() }]);
    expect(items.map(({ href }) => href)).toContain(links.application(id).general());
  }
});

test('the palette finds who was deleted and can be restored: said to be so, after who is not, and few of them', async () => {
  const deletedAt = new Date();
  const gone = await aPerson({ displayName: 'Aaron Palettino', deletedAt });
  const here = await aPerson({ displayName: 'Zoe Palettino' });
  await aPerson({ displayName: 'Erased Palettino', deletedAt, purgedAt: deletedAt });
  expect((await searchEverything('palettino')).items).toEqual([
    { id: here.id, label: 'Zoe Palettino', hint: here.email, href: links.user(here.id), group: 'People' },
    {
      id: gone.id,
      label: 'Aaron Palettino',
      hint: gone.email,
      href: links.user(gone.id),
      group: 'People',
      deleted: true,
    },
  ]);
  const filter = userFilterSchema.parse({ q: 'palettino' });
  const found = async (more: object = {}) => {
    const wanted = { ...filter, ...more };
    return listDeletedMatches(wanted, await listUsers(wanted));
  };
  expect(await found(), 'the list says the same, below').toMatchObject({ people: [{ id: gone.id }], more: false });
  for (const other of [{ status: 'active' }, { q: '' }, { cursor: 'x' }]) {
    expect((await found(other)).people, JSON.stringify(other)).toEqual([]);
  }
  for (let more = 0; more < 4; more += 1) await aPerson({ displayName: 'Former Palettino', deletedAt });
  expect((await searchEverything('palettino')).items.filter(({ deleted }) => deleted)).toHaveLength(3);
  for (let more = 0; more < 6; more += 1) await aPerson({ displayName: 'Many Palettino' });
  expect((await searchEverything('palettino')).items.filter(({ deleted }) => deleted)).toEqual([]);
});
