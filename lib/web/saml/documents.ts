import { AppError } from '@/lib/core/errors';
import { getProvider } from '@/lib/sso/provider';
import { metadataOf, noteMetadataRead } from '@/lib/sso/queries';
import type { SamlAnswer, SamlRequest } from './wire';

const plain = { 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' };

/** IdP metadata. Public: the service provider fetches it. `?download` makes a file of it. */
export async function readMetadata({ slug, rawQuery }: SamlRequest): Promise<SamlAnswer> {
  const provider = await getProvider(slug);
  const body = metadataOf(provider);
  const download = new URLSearchParams(rawQuery).has('download');
  if (!download) await noteMetadataRead(provider);
  const headers = {
    'content-type': 'application/samlmetadata+xml; charset=utf-8',
    ...plain,
    ...(download ? { 'content-disposition': `attachment; filename="${slug}-metadata.xml"` } : {}),
  };
  return { status: 200, headers, body };
}

/** The application's IdP certificate, as the file certificate.pem. Public, as certificates are. */
export async function readCertificate({ slug }: SamlRequest): Promise<SamlAnswer> {
  const { keys } = await getProvider(slug);
  const current = keys.find((key) => key.state === 'current');
  if (!current) throw new AppError('not_found', 'This application has no certificate.');
  const headers = {
    'content-type': 'application/x-pem-file',
    'content-disposition': 'attachment; filename="certificate.pem"',
    ...plain,
  };
  return { status: 200, headers, body: current.certificate };
}
