import type { Chance } from '@/lib/core/testing/chance';

/** What attackers and broken writers put into XML. */
const pieces = [
  ...['<', '>', '/', '"', "'", '=', ' ', '\t', '\n', '\r', '\r\n', '&', ';', '#', ':', '-', '\0', '\u0001', '\uD800'],
  ...[
    '&amp;',
    '&lt;',
    '&#x0;',
    '&#10;',
    '&#13;',
    '&#x1F511;',
    '&nbsp;',
    '&#xD800;',
    ']]>',
    '<![CDATA[',
    ']]>',
    '<!--',
    '-->',
    '<?x ?>',
    '<!DOCTYPE a>',
  ],
  ...[
    ' ID="_r1"',
    ' ID="_other"',
    ' xmlns="urn:x"',
    ' xmlns=""',
    ' xmlns:p="urn:x"',
    ' p:a="1"',
    ' xmlns:saml="urn:x"',
    ' xml:base="x"',
    ' xml:id="_r1"',
  ],
  ...[
    '<a>',
    '</a>',
    '<a/>',
    '<p:a xmlns:p="u"/>',
    '<saml:Issuer>https://evil.example</saml:Issuer>',
    '</saml:Issuer>',
    '<ds:Signature/>',
    '</ds:Signature>',
    '<ds:Object>',
    'Zoë',
    '🔑',
  ],
];
const tag = /<[^<>]*>/g;

/** A text as it might come when somebody has altered it, by one step to four. What comes out need not differ. */
export function mutate(text: string, chance: Chance): string {
  let altered = text;
  for (let steps = 1 + chance.below(4); steps > 0; steps -= 1) altered = alter(altered, chance);
  return altered;
}

function alter(text: string, chance: Chance): string {
  const at = chance.below(text.length + 1);
  const end = at + 1 + chance.below(chance.maybe(0.3) ? 200 : 8);
  const cut = (from: number, to: number, put: string) => text.slice(0, from) + put + text.slice(to);
  switch (chance.below(8)) {
    case 0:
      return cut(at, end, '');
    case 1:
    case 2:
      return cut(at, at, chance.pick(pieces));
    case 3:
      return cut(at, at + 1, chance.pick(pieces));
    case 4:
      return cut(at, at, text.slice(at, end));
    case 5:
      return cut(at, at + 1, String.fromCharCode((text.charCodeAt(at) || 0) ^ (1 << chance.below(7))));
    default:
      return moveTag(text, chance);
  }
}

/** A tag is taken away, doubled, or put in the place of another. */
function moveTag(text: string, chance: Chance): string {
  const tags = [...text.matchAll(tag)];
  const [one, other] = [chance.pick(tags), chance.pick(tags)];
  if (!one || !other) return text;
  const [put] = other;
  const doubled = chance.maybe(0.3) ? one[0] : '';
  return text.slice(0, one.index) + doubled + (chance.maybe(0.3) ? '' : put) + text.slice(one.index + one[0].length);
}
