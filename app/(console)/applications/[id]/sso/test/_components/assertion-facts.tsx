import { AbsoluteTime } from '@/components/patterns/relative-time';
import { Card } from '@/components/ui/card';
import { DescriptionList } from '@/components/ui/table';
import type { DescribedAttribute } from '@/lib/sso/sign-in-test/describe-sources';
import type { SignInTest } from '@/lib/sso/sign-in-test/test-sign-in';

type Assertion = NonNullable<SignInTest['assertion']>;

/** The assertion, decoded: the name, each attribute with where it comes from, and for whom and how long. */
export function AssertionFacts({ assertion }: { assertion: Assertion }) {
  const { nameId, attributes } = assertion;
  return (
    <>
      <Card title="SAMLSubject NameID" description={nameId.why}>
        <Value values={[nameId.value]} />
        <p className="mt-1 text-muted text-xs">Format {last(nameId.format)}</p>
        <Origin source={nameId.source} />
      </Card>
      <Card
        title="Attributes"
        description={attributes.length === 0 ? 'None are configured: the assertion says the NameID alone.' : undefined}
      >
        <ul className="grid gap-4 empty:hidden">
          {attributes.map((attribute, position) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: several rows may have one name.
            <li key={position} className="grid gap-1 border-line border-t pt-3 first:border-t-0 first:pt-0">
              <p className="wrap-anywhere font-medium">
                {attribute.name}
                {attribute.friendlyName && (
                  <span className="ml-2 font-normal text-muted text-xs">{attribute.friendlyName}</span>
                )}
              </p>
              <Value values={attribute.values} />
              <Origin source={attribute.source} />
            </li>
          ))}
        </ul>
      </Card>
      <Card title="Assertion">
        <DescriptionList
          items={[
            { label: 'Sent to', value: <span className="break-all">{assertion.acsUrl}</span> },
            { label: 'Audience', value: <span className="break-all">{assertion.audience}</span> },
            { label: 'AuthnContext', value: <span className="break-all">{assertion.authnContextClass}</span> },
            { label: 'Signed', value: `The ${assertion.signed}` },
            { label: 'Encrypted', value: assertion.encrypted ? 'Yes; shown here as it is before' : 'No' },
            { label: 'Usable until', value: <AbsoluteTime at={assertion.notOnOrAfter} /> },
            { label: 'Session until', value: <AbsoluteTime at={assertion.sessionNotOnOrAfter} /> },
          ]}
        />
      </Card>
    </>
  );
}

function Value({ values }: { values: readonly string[] }) {
  if (values.length === 0) return <p className="text-attention">Not sent: there is no value for this person.</p>;
  return (
    <ul className="grid gap-0.5">
      {values.slice(0, 20).map((value, position) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: values in their order; two may be the same.
        <li key={position} className="wrap-anywhere font-mono text-xs">
          {value}
        </li>
      ))}
      {values.length > 20 && <li className="text-muted text-xs">and {values.length - 20} more</li>}
    </ul>
  );
}

const kinds = {
  property: 'Property',
  constant: 'Constant',
  expression: 'Expression',
  groups: 'User groups',
} as const;

function Origin({ source: { kind, source, steps, failure } }: Pick<DescribedAttribute, 'source'>) {
  return (
    <div className="grid gap-1 text-xs">
      <p className="wrap-anywhere text-muted">
        {kinds[kind]} {kind === 'groups' ? source || 'all' : <code className="font-mono">{source}</code>}
      </p>
      {failure && <p className="text-error">{failure}</p>}
      {steps.length > 1 && (
        <details>
          <summary className="cursor-pointer text-accent-text">{steps.length} steps</summary>
          <ol className="mt-1 grid gap-1 border-line border-l pl-3">
            {steps.map((step, position) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: steps in their order; one may be taken twice.
              <li key={position} className="grid gap-x-3 sm:grid-cols-2">
                <code className="wrap-anywhere font-mono">{step.part}</code>
                <span className="wrap-anywhere font-mono text-muted">→ {step.value}</span>
              </li>
            ))}
          </ol>
        </details>
      )}
    </div>
  );
}

const last = (urn: string) => urn.split(':').at(-1) ?? urn;
