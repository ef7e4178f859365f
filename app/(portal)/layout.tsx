import type { ReactNode } from 'react';

/** The portal's frame needs the person who is signed in: pages wrap themselves in PortalFrame. */
export default function PortalLayout({ children }: { children: ReactNode }) {
  return children;
}
