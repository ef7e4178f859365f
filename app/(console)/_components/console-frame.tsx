import Link from 'next/link';
import type { ReactNode } from 'react';
import { Wordmark } from '@/components/product-mark';
import { Badge } from '@/components/ui/badge';
import { UserMenu } from '@/components/user-menu';
import { CommandPalette, type PaletteItem } from './command-palette';
import { Nav } from './nav';
import { NavDrawer } from './nav-drawer';
import { type WorkerState, WorkerStatus } from './worker-status';

export interface ConsoleFrameProps {
  user: { name: string; email: string; role: 'administrator' | 'helpdesk' };
  worker: { state: WorkerState };
  /** Marks the console as a demo; the demo menu stands in its place when given. */
  demo: boolean;
  demoMenu?: ReactNode;
  /** Above everything: provisioning paused everywhere, address and ORIGIN disagree. */
  banner?: ReactNode;
  /** Besides the pages of the navigation: "Add new application", … */
  paletteItems?: readonly PaletteItem[];
  signOutAction: () => Promise<string>;
  children: ReactNode;
}

/** The frame of every console page: navigation left, search and states above, the page within its gutter. */
export function ConsoleFrame(props: ConsoleFrameProps) {
  const administrator = props.user.role === 'administrator';
  return (
    <div className="grid min-h-dvh md:grid-cols-[232px_minmax(0,1fr)]">
      <a
        href="#content"
        className="sr-only z-50 rounded-md bg-raised px-3 py-2 font-medium shadow-float focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to content
      </a>
      <div className="sticky top-0 flex h-dvh flex-col border-line border-r bg-canvas max-md:hidden">
        <div className="min-h-0 flex-1 overflow-y-auto px-2 pb-6">
          <Nav
            administrator={administrator}
            head={
              <div className="-mb-3 sticky top-0 flex h-14 items-center bg-canvas px-2">
                <Link href="/" aria-label="Latchkey home" className="rounded-md">
                  <Wordmark />
                </Link>
              </div>
            }
          />
        </div>
      </div>
      <div className="flex min-w-0 flex-col">
        {props.banner}
        <header className="sticky top-0 z-30 flex h-14 shrink-0 items-center gap-2 border-line border-b bg-canvas px-4 sm:gap-3 sm:px-6">
          <NavDrawer administrator={administrator} />
          <CommandPalette administrator={administrator} items={props.paletteItems ?? []} />
          <div className="ml-auto flex items-center gap-2 sm:gap-3">
            {props.demoMenu || (props.demo && <Badge>Demo</Badge>)}
            <WorkerStatus state={props.worker.state} />
            <UserMenu user={props.user} signOutAction={props.signOutAction} />
          </div>
        </header>
        <main
          id="content"
          tabIndex={-1}
          className="min-w-0 flex-1 px-4 py-6 outline-none [--sticky-top:3.5rem] sm:px-6"
        >
          {props.children}
        </main>
      </div>
    </div>
  );
}
