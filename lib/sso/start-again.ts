import { AppError } from '@/lib/core/errors';
import { getProvider } from './provider';

/** Where a person begins anew at an application whose sign-in did not come about. */
export interface StartAgain {
  href: string;
  label: string;
}

/** @returns undefined where no address is known, and for an application that is not there */
export async function startAgainAt(slug: string): Promise<StartAgain | undefined> {
  try {
    const { application, draft, loginUrl } = await getProvider(slug);
    const label = `Start again at ${application.displayLabel}`;
    if (/^https?:\/\//.test(loginUrl) && URL.canParse(loginUrl)) return { href: loginUrl, label };
    return draft.idpInitiated ? { href: `/saml2/${slug}`, label } : undefined;
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}
