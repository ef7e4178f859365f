import type { ReactNode } from 'react';
import { ConsoleFrame } from './_components/console-frame';

// Session data comes in here: user, role, worker state, demo, sign-out.
export default function ConsoleLayout({ children }: { children: ReactNode }) {
  return (
    <ConsoleFrame
      user={{ name: 'Administrator', email: 'admin@example.com', role: 'administrator' }}
      worker={{ state: 'running' }}
      demo={false}
      signOutAction={async () => {
        'use server';
      }}
    >
      {children}
    </ConsoleFrame>
  );
}
