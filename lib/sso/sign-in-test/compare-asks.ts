import type { PlannedContent } from '../plan-assertion';
import type { SpAsks } from './schema';

/** One thing that the service provider asks for in its metadata, and whether it gets it. */
export interface AskedPart {
  what: string;
  state: 'ok' | 'missing' | 'optional';
  words: string;
}

/**
 * What a service provider asks for, beside what the person's assertion would say. Attributes are compared by name, or by friendly
 * name. Pure.
 */
export function compareAsks(asks: SpAsks, content: Pick<PlannedContent, 'nameId' | 'attributes'>): AskedPart[] {
  const { nameIdFormats } = asks;
  const formats: AskedPart[] =
    nameIdFormats.length === 0
      ? []
      : [
          nameIdFormats.includes(content.nameId.format)
            ? { what: 'NameID format', state: 'ok', words: 'One that it lists.' }
            : { what: 'NameID format', state: 'missing', words: `It lists ${nameIdFormats.map(short).join(', ')}.` },
        ];
  return [...formats, ...asks.attributes.map((asked) => compareAttribute(asked, content.attributes))];
}

function compareAttribute(
  { name, friendlyName, isRequired }: SpAsks['attributes'][number],
  sent: PlannedContent['attributes'],
): AskedPart {
  const what = friendlyName ? `${friendlyName} (${name})` : name;
  const found =
    sent.find((attribute) => attribute.name === name) ??
    (friendlyName ? sent.find((attribute) => attribute.friendlyName === friendlyName) : undefined);
  if (found && found.values.length > 0) {
    if (found.name === name) return { what, state: 'ok', words: 'Sent.' };
    return { what, state: isRequired ? 'missing' : 'optional', words: `Sent as ${found.name}, which is another name.` };
  }
  const why = found
    ? 'It has no value for this person, so it is not sent.'
    : 'No attribute of this name is configured.';
  return isRequired ? { what, state: 'missing', words: `Required. ${why}` } : { what, state: 'optional', words: why };
}

const short = (format: string) => format.split(':').at(-1) ?? format;
