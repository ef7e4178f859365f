import { LinkButton } from '@/components/ui/button';
import type { Activation } from '@/lib/directory/redeem-activation-link';

const words = {
  used: {
    title: 'This link was used already',
    text: 'A password was chosen with it: sign in with that one. If it was not you who chose it, tell an administrator at once.',
  },
  ended: {
    title: 'This link does not work any more',
    text: 'A newer link was issued, or your password, your e-mail address or your role changed since.',
  },
  expired: { title: 'This link is too old', text: 'It was not used in time. A new one is a matter of seconds.' },
  unknown: {
    title: 'This link is not complete',
    text: 'Open it once more from the mail, or copy all of it into the address bar.',
  },
} as const;

/** A one-time link that sets no password: why, and the way on. */
export function DeadLink({ state }: { state: Exclude<Activation['state'], 'open'> }) {
  const { title, text } = words[state];
  return (
    <div className="grid gap-5">
      <div className="grid gap-1">
        <h1 className="font-semibold text-lg">{title}</h1>
        <p className="text-muted">{text}</p>
      </div>
      <LinkButton href="/sign-in" variant="primary" size="lg">
        Go to sign-in
      </LinkButton>
      <LinkButton href="/forgot-password" size="lg">
        Get a new link
      </LinkButton>
    </div>
  );
}
