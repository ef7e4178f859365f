import type { PatchForm, ScimOperation } from '@/lib/scim/patch';
import type { ScimResource } from '@/lib/scim/path';

export type Collection = 'Users' | 'Groups';

/** A resource over there. */
export interface Known {
  collection: Collection;
  id: string;
  /** As last known, with its version where there is one; null: not known. */
  current: ScimResource | null;
}

/** What PUT says; `withheld`: why it must not be sent. */
export type Whole = { body: ScimResource } | { withheld: string };

/** What is to become of a resource, whichever way its server takes it. Says it, and sends nothing: see `update-resource.ts`. */
export interface Update extends Known {
  /** What PATCH says, in a form. */
  operations(form: PatchForm): ScimOperation[];
  /** Whether PATCH in this form sends a whole list of which only our part is known: then it is read first. */
  needsReading?(form: PatchForm): boolean;
  /** What PUT says, from what is there. */
  whole(current: ScimResource): Whole | Promise<Whole>;
  /** The same, worked out against what is there by now; undefined: all of it holds already. */
  again(current: ScimResource): Update | undefined;
  /** Whatever the server takes otherwise. */
  by?: 'PUT' | undefined;
}
