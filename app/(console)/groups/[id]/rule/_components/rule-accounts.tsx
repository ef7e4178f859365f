import Link from 'next/link';
import { atLeast, count, heldWords, named } from '@/app/(console)/_components/deprovision-impact';
import { links } from '@/lib/core/links';
import type { ForetoldRule, RuleImpact } from '@/lib/provisioning/queries/rule-preview';

/** What becomes of accounts, in each application of the group, by those who would come in and fall out. */
export function RuleAccounts({ preview: { applications, moreApplications } }: { preview: ForetoldRule }) {
  return (
    <section className="grid gap-2 border-line border-t pt-4">
      <h3 className="font-medium">Accounts in applications</h3>
      {applications.length === 0 && <p className="text-muted">Nothing would change in any application.</p>}
      <ul className="grid gap-3">
        {applications.map((impact) => (
          <li key={impact.applicationId} className="grid min-w-0 gap-0.5 break-words">
            <Link
              className="text-accent-text hover:underline"
              href={links.application(impact.applicationId).assignments()}
            >
              {impact.displayLabel}
            </Link>
            {gained(impact).map((line) => (
              <p key={line} className="text-muted">
                {line}
              </p>
            ))}
            {lost(impact).map((line) => (
              <p key={line} className="text-muted">
                {line}
              </p>
            ))}
          </li>
        ))}
      </ul>
      {moreApplications && <p className="text-muted">The group has more applications, which were not asked.</p>}
    </section>
  );
}

/** The same as one sentence for a dialog, over all applications. */
export function accountConsequences({ applications, moreApplications }: ForetoldRule): string[] {
  const isExact = !moreApplications && applications.every((one) => one.isExact);
  const sum = (of: (impact: RuleImpact) => number) => applications.reduce((all, one) => all + of(one), 0);
  const parts = [
    ['created', sum((one) => one.created)],
    ['taken up again', sum((one) => one.resumed)],
    ['deactivated', sum((one) => (one.becomes === 'deactivated' ? one.taken : 0))],
    ['deleted', sum((one) => (one.becomes === 'deleted' ? one.taken : 0))],
  ] as const;
  const told = parts.filter(([, number]) => number > 0);
  if (told.length === 0) return [];
  return [
    `Accounts in applications: ${told.map(([verb, number]) => `${atLeast(number, isExact)} ${verb}`).join(', ')}.`,
  ];
}

function gained({ gains, created, resumed, gainNames, isExact }: RuleImpact): string[] {
  const accounts = created + resumed;
  const told = [
    ...(created > 0 ? [`${count(created, 'account', isExact)} created`] : []),
    ...(resumed > 0 ? [`${count(resumed, 'account', isExact)} taken up again`] : []),
  ];
  if (accounts > 0) told.push(`for ${named(gainNames, accounts, isExact)}`);
  const access = gains > 0 && gains !== accounts ? [`${people(gains, isExact, 'gain')} access`] : [];
  return [...(told.length > 0 ? [told.join(', ')] : []), ...access];
}

function lost({ loses, taken, lossNames, becomes, heldBy, isExact }: RuleImpact): string[] {
  const accounts =
    taken > 0 ? [`${count(taken, 'account', isExact)} ${becomes}, of ${named(lossNames, taken, isExact)}`] : [];
  const kept = becomes === 'kept' ? '; accounts are left as they are' : '';
  const access = loses > 0 && loses !== taken ? [`${people(loses, isExact, 'lose')} access${kept}`] : [];
  return [...accounts, ...access, ...(heldBy ? [heldWords[heldBy]] : [])];
}

function people(number: number, isExact: boolean, verb: 'gain' | 'lose'): string {
  return number === 1 && isExact ? `1 person ${verb}s` : `${atLeast(number, isExact)} people ${verb}`;
}
