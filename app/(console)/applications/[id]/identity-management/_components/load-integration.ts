import { cache } from 'react';
import { getAuthorizations } from '@/lib/provisioning/authorization/queries';
import { findIntegration } from '@/lib/provisioning/queries/integration-state';

/** The connection of an application, read once per request. */
export const loadIntegration = cache(findIntegration);

/** What was allowed to it over there, likewise. */
export const loadAuthorizations = cache(getAuthorizations);
