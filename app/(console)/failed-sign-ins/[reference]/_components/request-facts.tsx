import { Card } from '@/components/ui/card';
import { DescriptionList } from '@/components/ui/table';
import type { AskedRequest } from '@/lib/sso/failed-sign-ins/schema';

const labels: readonly [keyof AskedRequest, string][] = [
  ['binding', 'Binding'],
  ['issuer', 'Issuer'],
  ['acsUrl', 'ACS URL'],
  ['acsIndex', 'ACS index'],
  ['destination', 'Destination'],
  ['issueInstant', 'IssueInstant'],
  ['requestId', 'ID'],
  ['protocolBinding', 'Answer by'],
  ['nameIdFormat', 'NameID format'],
  ['contexts', 'Sign-in asked for'],
  ['subject', 'Subject'],
  ['forceAuthn', 'ForceAuthn'],
  ['isPassive', 'IsPassive'],
  ['signed', 'Signature'],
  ['relayStateBytes', 'RelayState'],
];

/** What the request asked, by its parts; nothing of it is verified. */
export function RequestFacts({ asked }: { asked: AskedRequest }) {
  const items = labels.flatMap(([name, label]) => {
    const value = words(name, asked);
    return value === undefined ? [] : [{ label, value: <span className="break-all">{value}</span> }];
  });
  if (items.length === 0) return null;
  return (
    <Card title="What was asked" description="As the request says it; anybody can send one.">
      <DescriptionList items={items} />
    </Card>
  );
}

function words(name: keyof AskedRequest, asked: AskedRequest): string | undefined {
  const value = asked[name];
  if (value === undefined) return undefined;
  if (name === 'signed') return value ? 'Bears one' : 'None that was verified';
  if (name === 'relayStateBytes') return `${value} bytes, not kept`;
  if (Array.isArray(value)) return value.join(', ');
  return value === true ? 'Yes' : String(value);
}
