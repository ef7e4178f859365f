import { answerRequest } from '@/lib/sso/answer-request';
import { answerToOnlyLooking } from '../../../_lib/only-looks';
import { currentPerson, orMessage, respond } from '../../_lib/respond';

/** Goes on with an AuthnRequest that was received: after a POST, and after signing in. */
export async function GET(request: Request, { params }: { params: Promise<{ slug: string }> }): Promise<Response> {
  const { slug } = await params;
  const onlyLooking = answerToOnlyLooking(request);
  if (onlyLooking) return onlyLooking;
  return orMessage(slug, async () => {
    const carried = new URL(request.url).searchParams.get('request') ?? '';
    const { person } = await currentPerson();
    return respond(await answerRequest(slug, carried, person), `/saml2/${slug}/continue?request=${carried}`);
  });
}
