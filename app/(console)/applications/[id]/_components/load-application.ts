import { notFound } from 'next/navigation';
import { cache } from 'react';
import { type ApplicationDetails, findApplication } from '@/lib/applications/queries';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The application of the address, read once per request; the 404 page when there is none. */
export const loadApplication = cache(async (id: string): Promise<ApplicationDetails> => {
  const application = uuid.test(id) ? await findApplication(id) : undefined;
  return application ?? notFound();
});
