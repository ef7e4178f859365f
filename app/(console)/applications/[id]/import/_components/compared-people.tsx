import { Fragment } from 'react';
import { TextLink } from '@/components/ui/button';
import { links } from '@/lib/core/links';
import type { ImportRowView } from '@/lib/imports/queries';
import type { ComparedAttribute } from '@/lib/imports/taken-attributes';

type Person = ImportRowView['candidates'][number];
const mostShown = 4;

/** The people whom an account matches, each with what agrees and what differs; and what *update* would write. */
export function ComparedPeople({ row }: { row: ImportRowView }) {
  const people = row.person && row.decision !== null ? [row.person] : row.candidates.length > 0 ? row.candidates : [];
  if (people.length === 0) return null;
  const more = people.length - mostShown;
  return (
    <ul className="grid gap-1 text-xs">
      {people.slice(0, mostShown).map((person) => (
        <li key={person.id} className="min-w-0 break-words text-muted">
          <TextLink href={links.user(person.id)}>{person.displayName}</TextLink> ({person.username})
          <Compared person={person} updates={row.decision === 'update'} />
        </li>
      ))}
      {more > 0 && <li className="text-muted">and {more} more</li>}
    </ul>
  );
}

function Compared({ person, updates }: { person: Person; updates: boolean }) {
  const agree = person.compared.filter((one) => one.agrees).map(({ label }) => label);
  const differ = person.compared.filter((one) => (updates ? one.updates : !one.agrees));
  return (
    <>
      {agree.length > 0 && <> · same {agree.join(', ')}</>}
      {differ.length > 0 && (
        <>
          {' · '}
          <span className="text-attention">{updates ? 'will change' : 'differs in'}</span>{' '}
          {differ.map((one, index) => (
            <Fragment key={one.name}>
              {index > 0 && '; '}
              <Difference {...one} />
            </Fragment>
          ))}
        </>
      )}
      {updates && differ.length === 0 && ' · nothing to change'}
    </>
  );
}

function Difference({ label, person, account }: ComparedAttribute) {
  return (
    <>
      {label}: {person ? <s className="decoration-line-strong">{person}</s> : 'none'} →{' '}
      <span className="text-ink">{account}</span>
    </>
  );
}
