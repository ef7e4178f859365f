import { cache } from 'react';
import { findIntegration } from '@/lib/provisioning/queries/integration-state';

/** The connection of an application, read once per request. */
export const loadIntegration = cache(findIntegration);
