import { egnyte } from './egnyte';
import { netskope } from './netskope';
import type { Profile } from './profile';

/** Every application that the sandbox plays. A new one is a file beside these, named here. */
export const profiles: ReadonlyMap<string, Profile> = new Map([egnyte, netskope].map((p) => [p.id, p]));
