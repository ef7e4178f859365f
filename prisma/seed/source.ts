import { hashToken, randomToken } from '@/lib/crypto/tokens';
import type { Tx } from '@/lib/db/client';
import { type SeedPerson, seedId } from './people';

/** The group that the other directory owns, with everybody in it. */
const owned = 'Contractors';

/** The directory of the agency whose people work here for a time: it owns them and their group, and nobody here changes them. */
export async function seedSource(tx: Tx, people: readonly SeedPerson[]): Promise<void> {
  const id = seedId('source', 'Agency directory');
  const at = new Date();
  const ago = (minutes: number) => new Date(at.getTime() - minutes * 60_000);
  await tx.source.create({
    data: {
      id,
      name: 'Agency directory',
      createdByName: 'admin',
      lastSeenAt: ago(12),
      lastSeenAddress: '198.51.100.24',
      lastSeenAgent: 'Microsoft Entra ID',
    },
  });
  // Nobody has the token: another one is made to try it.
  const token = randomToken();
  await tx.sourceToken.create({
    data: {
      sourceId: id,
      label: 'Provisioning',
      prefix: 'lks_Demo00',
      tokenHash: hashToken(token),
      createdByName: 'admin',
      lastUsedAt: ago(12),
    },
  });
  await tx.sourceRefusal.create({
    data: {
      sourceId: id,
      at: ago(53),
      method: 'POST',
      path: '/scim/v2/Users',
      status: 409,
      scimType: 'uniqueness',
      detail: 'userName: “ana.martinez” is the username of Ana Martínez (ana.martinez@acme.example).',
      about: 'ana.martinez',
    },
  });
  const ids = people.filter(({ groups }) => groups.includes(owned)).map((person) => person.id);
  await tx.user.updateMany({ where: { id: { in: ids } }, data: { sourceId: id, sourceActive: true } });
  await tx.$executeRaw`UPDATE users SET external_id = 'agency-' || username WHERE source_id = ${id}::uuid`;
  await tx.group.update({
    where: { id: seedId('group', owned) },
    data: { sourceId: id, externalId: 'agency-contractors' },
  });
}
