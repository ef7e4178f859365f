import { Status, type Tone } from '@/components/ui/status';
import type { SourceRow } from '@/lib/inbound/queries';

/** A source that was not heard of for so long is quiet, in milliseconds: Entra comes every 40 minutes, Okta with changes. */
const quietAfterMs = 24 * 60 * 60_000;

/** How a source fares, in a word. */
export function SourceStatus({ source }: { source: Pick<SourceRow, 'tokens' | 'lastSeenAt'> }) {
  const [tone, word] = looks(source);
  return <Status tone={tone}>{word}</Status>;
}

function looks({ tokens, lastSeenAt }: Pick<SourceRow, 'tokens' | 'lastSeenAt'>): [Tone, string] {
  if (tokens === 0) return ['attention', 'No token'];
  if (!lastSeenAt) return ['inactive', 'Not heard of yet'];
  return Date.now() - lastSeenAt.getTime() < quietAfterMs ? ['ok', 'Connected'] : ['inactive', 'Quiet'];
}

/** How many people and groups, in words. */
export function ownedWords({ people, groups }: SourceRow): string {
  const words = ({ total, totalIsExact }: SourceRow['people'], one: string, many: string) =>
    total === 1 ? `1 ${one}` : `${total.toLocaleString('en')}${totalIsExact ? '' : '+'} ${many}`;
  return `${words(people, 'person', 'people')} and ${words(groups, 'group', 'groups')}`;
}

/** A number that may be a bound. */
export function countWords({ total, totalIsExact }: { total: number; totalIsExact: boolean }) {
  if (total === 0) return <span className="text-muted">0</span>;
  return `${total.toLocaleString('en')}${totalIsExact ? '' : '+'}`;
}
