import { getProvider } from '@/lib/sso/provider';
import { metadataOf, noteMetadataRead } from '@/lib/sso/queries';
import { orMessage } from '../../_lib/respond';

/** IdP metadata. Public: the service provider fetches it. `?download` makes a file of it. */
export async function GET(request: Request, { params }: { params: Promise<{ slug: string }> }): Promise<Response> {
  const { slug } = await params;
  return orMessage(slug, async () => {
    const provider = await getProvider(slug);
    const xml = metadataOf(provider);
    const download = new URL(request.url).searchParams.has('download');
    if (!download) await noteMetadataRead(provider);
    return new Response(xml, {
      headers: {
        'content-type': 'application/samlmetadata+xml; charset=utf-8',
        'cache-control': 'no-cache',
        'x-content-type-options': 'nosniff',
        ...(download ? { 'content-disposition': `attachment; filename="${slug}-metadata.xml"` } : {}),
      },
    });
  });
}
