import { SamlError } from '@/lib/saml/error';
import { answerRequest } from '@/lib/sso/answer-request';
import { answerToOnlyLooking } from '../../_lib/only-looks';
import { currentPerson, orMessage, respond } from '../../_lib/respond';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Goes on with a kept AuthnRequest: after a POST, and after signing in. */
export async function GET(request: Request, { params }: { params: Promise<{ slug: string }> }): Promise<Response> {
  const { slug } = await params;
  const onlyLooking = answerToOnlyLooking(request);
  if (onlyLooking) return onlyLooking;
  return orMessage(slug, async () => {
    const id = new URL(request.url).searchParams.get('request') ?? '';
    if (!uuid.test(id)) throw new SamlError('parameter_missing', 'This link is incomplete.');
    const { person } = await currentPerson();
    return respond(await answerRequest(slug, id, person), `/saml2/${slug}/continue?request=${id}`);
  });
}
