import { AppError } from '@/lib/core/errors';
import { getProvider } from '@/lib/sso/provider';
import { orMessage } from '../../_lib/respond';

/** The application's IdP certificate, as the file certificate.pem. Public, as certificates are. */
export async function GET(_request: Request, { params }: { params: Promise<{ slug: string }> }): Promise<Response> {
  const { slug } = await params;
  return orMessage(slug, async () => {
    const { keys } = await getProvider(slug);
    const current = keys.find((key) => key.state === 'current');
    if (!current) throw new AppError('not_found', 'This application has no certificate.');
    return new Response(current.certificate, {
      headers: {
        'content-type': 'application/x-pem-file',
        'content-disposition': 'attachment; filename="certificate.pem"',
        'cache-control': 'no-cache',
        'x-content-type-options': 'nosniff',
      },
    });
  });
}
