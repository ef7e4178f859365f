import { headers } from 'next/headers';
import type { ReactNode } from 'react';
import { Callout } from '@/components/ui/callout';
import { requestHostOf } from '@/lib/auth/request-info';
import { may, requireSession } from '@/lib/auth/session';
import { clockOffset } from '@/lib/core/clock';
import { publicOrigin } from '@/lib/core/origin';
import { isDemo } from '@/lib/installation/demo-clock';
import { checkReadiness } from '@/lib/installation/readiness';
import { findProvisioningPause } from '@/lib/settings/provisioning-pause';
import { signOutAction } from '../(auth)/actions';
import { ConsoleFrame } from './_components/console-frame';
import { DemoMenu } from './_components/demo-menu';
import { PausedBanner } from './_components/paused-banner';

/** The frame of the console. A layout is not rendered again on navigation: each page checks its own permission. */
export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const session = await requireSession('console.use');
  const { user } = session;
  const [readiness, origin, pause] = await Promise.all([checkReadiness(), otherOrigin(), findProvisioningPause()]);
  const mayResume = may(session, 'integration.write');
  return (
    <ConsoleFrame
      user={{ name: user.displayName, email: user.email, role: user.role === 'administrator' ? user.role : 'helpdesk' }}
      worker={{ state: readiness.checks.worker !== 'ok' ? 'stopped' : pause ? 'paused' : 'running' }}
      demo={isDemo()}
      demoMenu={
        isDemo() &&
        may(session, 'demo.reset') && <DemoMenu offsetMs={clockOffset()} sandboxUrl={process.env.SANDBOX_URL} />
      }
      banner={
        <>
          <PausedBanner pause={pause} mayResume={mayResume} />
          {origin && <OriginBanner {...origin} />}
        </>
      }
      signOutAction={signOutAction}
    >
      {children}
    </ConsoleFrame>
  );
}

/** Where the browser's address and ORIGIN disagree: links in mails and SAML addresses would point elsewhere. */
async function otherOrigin(): Promise<{ here: string; configured: string } | undefined> {
  const here = requestHostOf(await headers());
  const configured = publicOrigin();
  return here && new URL(configured).host !== here ? { here, configured } : undefined;
}

function OriginBanner({ here, configured }: { here: string; configured: string }) {
  return (
    <div className="px-4 pt-3 sm:px-6">
      <Callout kind="warning" title={`You are at ${here}, but ORIGIN is ${configured}.`}>
        Links in mails and the addresses that service providers are given begin with ORIGIN. Open {configured}, or set
        ORIGIN to the address that people use.
      </Callout>
    </div>
  );
}
