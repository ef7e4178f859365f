import { expect, test } from 'vitest';
import { createApplication } from '@/lib/applications/testing/create-application';
import { links } from '@/lib/core/links';
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
