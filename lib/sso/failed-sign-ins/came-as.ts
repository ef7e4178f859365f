import type { CarriedRequest } from '../carry-request';
import type { IncomingRequest } from '../incoming-request';

/** How a request came that was received and is answered at once; what is carried through a sign-in has lost it. */
export const cameAs = new WeakMap<CarriedRequest, IncomingRequest>();
