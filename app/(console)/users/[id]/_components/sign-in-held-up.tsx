'use client';

import { AbsoluteTime } from '@/components/patterns/relative-time';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import type { SignInHold } from '@/lib/directory/sign-in-hold';
import { unlockSignInAction } from '../../actions';

/** Wrong passwords that hold up the person's sign-in: how many, from where, who has to wait until when. */
export function SignInHeldUp(props: {
  user: { id: string; displayName: string };
  hold: SignInHold;
  writable: boolean;
}) {
  const { user, hold, writable } = props;
  const unlock = useAction(unlockSignInAction, { success: `${user.displayName} can sign in again` });
  return (
    <div className="pb-5">
      <Callout
        kind="warning"
        title="Sign-in is held up"
        actions={
          writable && (
            <Button pending={unlock.pending} onClick={() => unlock.run({ id: user.id })}>
              Unlock
            </Button>
          )
        }
      >
        {count(hold.attempts, 'wrong password')} from {sourcesOf(hold)}. Until <AbsoluteTime at={hold.until} />,{' '}
        {whoWaits(hold)}.
      </Callout>
    </div>
  );
}

function sourcesOf({ addresses, knownBrowsers }: SignInHold): string {
  const parts = [
    addresses > 0 ? count(addresses, 'address', 'addresses') : '',
    knownBrowsers > 0 ? `${count(knownBrowsers, 'browser')} used before` : '',
  ];
  return parts.filter(Boolean).join(' and ');
}

function whoWaits(hold: SignInHold): string {
  if (hold.everywhere) return 'browsers that the person did not use before are held up, wherever they are';
  if (hold.knownBrowsers > 0) return 'whoever tried is held up; others are not';
  return 'sign-ins from there are held up, except in browsers that the person used before';
}

function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? noun : plural}`;
}
