import { toast } from '@/components/ui/toast';

/** After something was saved: how many application usernames are several people's by it. Nothing for none. */
export function warnOfConflicts(count: number): void {
  if (count === 0) return;
  const names = count === 1 ? 'An application username is' : `${count.toLocaleString('en')} application usernames are`;
  toast.warning(`${names} those of several people now`, {
    description: 'They cannot sign in there until one of them has another. Home lists them.',
  });
}

/** The same of one person, in words: one for each application. */
export function warnOfShared(told: readonly string[]): void {
  for (const description of told) toast.warning('Somebody else has this application username', { description });
}
