/** An attribute, namespace declarations included. */
export interface XmlAttribute {
  /** As it is written, with its prefix. */
  readonly name: string;
  readonly prefix: string | null;
  readonly localName: string;
  readonly namespaceURI: string | null;
  readonly value: string;
}

/** An element of a document that was read strictly: below it are elements and texts, and nothing else. Called as the DOM calls it. */
export class XmlElement {
  /** No two texts stand beside each other. */
  readonly children: (XmlElement | string)[] = [];

  /**
   * @param tagName as it is written, with its prefix
   * @param bindings what every prefix that is in scope is bound to; the default namespace is the one of `''`
   */
  constructor(
    readonly tagName: string,
    readonly prefix: string | null,
    readonly localName: string,
    readonly namespaceURI: string | null,
    readonly attributes: readonly XmlAttribute[],
    readonly bindings: ReadonlyMap<string, string>,
    readonly parent: XmlElement | undefined,
  ) {}

  /** The value of an attribute by its name as it is written; null where there is none. */
  getAttribute(name: string): string | null {
    for (const attribute of this.attributes) if (attribute.name === name) return attribute.value;
    return null;
  }

  /** All text in it, in document order. */
  get textContent(): string {
    let text = '';
    for (const child of this.children) text += typeof child === 'string' ? child : child.textContent;
    return text;
  }
}

/** The elements directly below an element. */
export function childElements({ children }: XmlElement): XmlElement[] {
  return children.filter((child) => typeof child !== 'string');
}

/** The element and all elements below it, in document order. */
export function descendants(element: XmlElement): XmlElement[] {
  const found: XmlElement[] = [];
  collect(element, found);
  return found;
}

function collect(element: XmlElement, found: XmlElement[]): void {
  found.push(element);
  for (const child of element.children) if (typeof child !== 'string') collect(child, found);
}
