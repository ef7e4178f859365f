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

/**
 * What is saved for a list: what was added, with one in the place of what `replaced` names by its path, or at the end. By
 * its path and not its place: somebody else may have changed the list since the dialog was opened.
 */
export function withAttribute(list: AttributeList, attribute: OwnAttribute, replaced: string | undefined) {
  const own = ownOf(list);
  const at = own.findIndex(({ path }) => path === replaced);
  return at < 0 ? [...own, attribute] : own.with(at, attribute);
}

/** What is saved for a list from which one was taken. */
export function withoutAttribute(list: AttributeList, removed: string) {
  return ownOf(list).filter(({ path }) => path !== removed);
}
