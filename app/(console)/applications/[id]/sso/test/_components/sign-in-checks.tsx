import { Card } from '@/components/ui/card';
import { type Tone, ToneIcon } from '@/components/ui/status';
import type { SignInCheck, SignInTest } from '@/lib/sso/sign-in-test/test-sign-in';

const tones: Record<SignInCheck['state'], Tone> = { ok: 'ok', denied: 'error', note: 'attention' };
const says: Record<SignInCheck['state'], string> = { ok: 'Fine', denied: 'Denied', note: 'Note' };

/** All that lets the person in, or does not. */
export function SignInChecks({ test, appName }: { test: SignInTest; appName: string }) {
  const { checks, refusal, person } = test;
  return (
    <Card
      title={
        refusal ? `${person.displayName} would be denied` : `${person.displayName} would be signed in to ${appName}`
      }
    >
      <ul className="grid gap-2.5">
        {checks.map(({ name, state, words }) => (
          <li key={name} className="flex items-start gap-2">
            <ToneIcon tone={tones[state]} className="mt-0.5" />
            <span className="sr-only">{says[state]}: </span>
            <span className="wrap-anywhere min-w-0">{words}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
