import { AppError } from '@/lib/core/errors';
import { HttpError } from '@/lib/http/errors';
import { assertOutgoingTarget, outgoingHttp } from '@/lib/http/outgoing';
import { SamlError } from '@/lib/saml/error';
import type { SpMetadata } from '@/lib/saml/read-sp-metadata';
import { readMetadata } from '../read-pasted';

/** Where metadata is read from, and whose signature it has to bear. */
interface MetadataAddress {
  url: string;
  /** Empty: the only one that it describes. */
  entityId: string;
  /** PEM; empty: it need not be signed. */
  certificate: string;
}

const maxBytes = 1_048_576;
const timeoutMs = 15_000;

/**
 * Reads the metadata of a service provider at its address: one GET with the guarded client, 1 MiB at most within 15 seconds,
 * without following a redirect.
 * @throws AppError `invalid_input` or `target_not_allowed` at the field that is to be mended (url, entityId, certificate), in plain words
 */
export async function fetchMetadata({ url, entityId, certificate }: MetadataAddress): Promise<SpMetadata> {
  assertOutgoingTarget(url, 'url');
  const xml = await download(url);
  const signedWith = certificate === '' ? [] : [certificate];
  try {
    return readMetadata(xml, { entityId: entityId || undefined, signedWith });
  } catch (error) {
    throw error instanceof SamlError ? asRefused(error) : error;
  }
}

async function download(url: string): Promise<string> {
  const headers = { accept: 'application/samlmetadata+xml, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1' };
  try {
    const { status, body } = await outgoingHttp().request({ url, method: 'GET', headers, maxBytes, timeoutMs });
    if (status === 200) return body;
    throw refused(
      'url',
      `The address answered ${status}.`,
      'Open it in a browser: it has to show XML without a sign-in.',
    );
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    const hint = error.code === 'redirect' ? 'Enter the address that it leads to.' : undefined;
    throw refused('url', `${error.message}.`, hint);
  }
}

function asRefused(error: SamlError): AppError {
  const ofSignature = error.code.startsWith('signature_') || error.code === 'algorithm_not_allowed';
  if (error.code === 'signature_required') return refused('certificate', error.message, error.hint);
  if (ofSignature || error.code === 'certificate_unusable') {
    return refused(
      'certificate',
      'The signature of the metadata was not made with the key of this certificate, or not over all of it.',
      'Ask the application which certificate it signs its metadata with.',
    );
  }
  return refused('url', error.message, error.hint);
}

function refused(field: string, message: string, hint?: string): AppError {
  return new AppError('invalid_input', message, { field, ...(hint ? { hint } : {}) });
}
