import { DOMParser, type Node, onWarningStopParsing } from '@xmldom/xmldom';
import { expect, test } from 'vitest';
import { Chance } from '@/lib/core/testing/chance';
import { SamlError } from '../error';
import { mutate } from '../testing/mutate';
import { authnRequestXml, signatureTemplate } from '../testing/support';
import { parseXml } from './parse';
import { metadataLimits } from './scan';
import type { XmlElement } from './tree';

const times = process.env.LATCHKEY_TESTS === 'full' ? 300_000 : 3_000;

const documents = [
  authnRequestXml({
    destination: 'https://idp.example/saml2/a?b=1&amp;c=2',
    children: signatureTemplate({ uri: '#_r1' }),
  }),
  '<a xmlns="urn:a" xmlns:p="urn:p" b="1\t2\r\n3&#10;&#x9;" p:b=\'"&apos;\'>x\r\ny\rz&#13;&amp;lt;<p:c xmlns=""><d/></p:c><e xmlns:p="urn:q" p:b="">🔑</e></a>',
  '<?xml version="1.0"?><!-- a --><m:E xmlns:m="urn:m" m:x = "1"\n y="2" ><![CDATA[<&]]>]<!-- b -->]&gt;<?pi?><F/>\n</m:E >\n',
];

interface Plain {
  name: string;
  namespace: string | null;
  attributes: string[];
  children: (Plain | string)[];
}

const named = (namespace: string | null, name: string | null, value: string) => `{${namespace ?? ''}}${name}=${value}`;

function ours(element: XmlElement): Plain {
  return {
    name: element.tagName,
    namespace: element.namespaceURI,
    attributes: element.attributes.map((one) => named(one.namespaceURI, one.localName, one.value)).sort(),
    children: element.children.map((child) => (typeof child === 'string' ? child : ours(child))),
  };
}

/** As another reader has it; comments and processing instructions left out. */
function theirs(node: Node): Plain {
  const children: (Plain | string)[] = [];
  const element = node as unknown as {
    attributes: ArrayLike<{ namespaceURI: string | null; localName: string | null; value: string }>;
  };
  for (const child of Array.from(node.childNodes)) {
    const last = children.at(-1);
    if (child.nodeType === node.ELEMENT_NODE) children.push(theirs(child));
    else if (child.nodeType === node.TEXT_NODE || child.nodeType === node.CDATA_SECTION_NODE) {
      const text = child.nodeValue ?? '';
      if (typeof last === 'string') children[children.length - 1] = last + text;
      else if (text !== '') children.push(text);
    }
  }
  return {
    name: node.nodeName,
    namespace: node.namespaceURI || null,
    attributes: Array.from(element.attributes)
      .map((one) => named(one.namespaceURI, one.localName, one.value))
      .sort(),
    children,
  };
}

function readByOther(xml: string): Plain | undefined {
  try {
    const root = parser.parseFromString(xml, 'text/xml').documentElement;
    return root ? theirs(root) : undefined;
  } catch (cause) {
    throw new Error(`The other parser refuses ${JSON.stringify(xml)}`, { cause });
  }
}

const parser = new DOMParser({ onError: onWarningStopParsing, locator: false });

test(`of ${times.toLocaleString('en-US')} altered documents, each is refused or read as another parser reads it`, () => {
  const chance = new Chance(20_26);
  let accepted = 0;
  for (let time = 0; time < times; time += 1) {
    const xml = mutate(chance.pick(documents), chance);
    let root: XmlElement;
    try {
      root = parseXml(xml, metadataLimits, 'metadata');
    } catch (error) {
      expect(error, JSON.stringify(xml)).toBeInstanceOf(SamlError);
      continue;
    }
    accepted += 1;
    expect(ours(root), JSON.stringify(xml)).toEqual(readByOther(xml));
  }
  // As many are altered in what may be said otherwise: blanks, values, texts.
  expect(accepted).toBeGreaterThan(times / 20);
}, 600_000);
