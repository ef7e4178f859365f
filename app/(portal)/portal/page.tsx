import type { Metadata } from 'next';
import { PortalFrame } from '@/components/portal-frame';
import { UserMenu } from '@/components/user-menu';
import { listPortalTiles } from '@/lib/applications/portal-tiles';
import { requireSession } from '@/lib/auth/session';
import { listRequestable } from '@/lib/sso/portal/list-requestable';
import { signOutAction } from '../../(auth)/actions';
import { Requestable } from './_components/requestable';
import { Tiles } from './_components/tiles';

export const metadata: Metadata = { title: 'Applications' };

/** The user portal: a tile for each application that the person may use. */
export default async function PortalPage() {
  const { user } = await requireSession('portal.use');
  const [tiles, requestable] = await Promise.all([listPortalTiles(user.id), listRequestable(user.id)]);
  return (
    <PortalFrame
      menu={
        <UserMenu
          user={{ name: user.displayName, email: user.email }}
          signOutAction={signOutAction}
          portalLink={false}
        />
      }
    >
      <h1 className="mb-5 font-semibold text-xl">Applications</h1>
      <Tiles
        tiles={tiles.map(
          ({ id, displayLabel, description, logoColor, logoImage, kind, slug, bookmarkUrl, usedAt }) => ({
            id,
            displayLabel,
            description,
            logoColor,
            logoImage,
            usedAt: usedAt?.toISOString() ?? null,
            href: kind === 'bookmark' ? (bookmarkUrl ?? '#') : `/saml2/${slug}`,
          }),
        )}
      />
      <Requestable tiles={requestable} />
    </PortalFrame>
  );
}
