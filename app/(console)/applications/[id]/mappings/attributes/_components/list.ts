import type { OwnAttribute } from '@/lib/applications/schema';
import type { ListedAttribute, ObjectType } from '@/lib/mappings/schema';

/** One attribute list, as it was read. */
export interface AttributeList {
  applicationId: string;
  /** The application's, for saving. */
  version: number;
  objectType: ObjectType;
  attributes: readonly ListedAttribute[];
}

/** Those that can be changed: what administrators added, in their order. */
export function ownOf({ attributes }: Pick<AttributeList, 'attributes'>): OwnAttribute[] {
  return attributes.flatMap(({ origin, ...attribute }) => (origin === 'administrator' ? [attribute] : []));
}

/** What is saved for a list: what was added, with one in the place of `index`, or at the end. */
export function withAttribute(list: AttributeList, attribute: OwnAttribute, index: number | undefined) {
  const own = ownOf(list);
  return index === undefined ? [...own, attribute] : own.map((one, at) => (at === index ? attribute : one));
}
