import type { SamlStatus } from './answer-policy';
import type { AuthnRequest } from './read-authn-request';
import { statusCodes } from './schema';

type Restrictions = Pick<AuthnRequest, 'unsupported' | 'acceptableIdps' | 'conditions'>;

/**
 * Answers what a request demands of any answer to it, whoever is signed in: the status to refuse with, or undefined.
 * @param audience that the assertion would have
 */
export function answerRestrictions(
  request: Restrictions,
  { idpEntityId, audience }: { idpEntityId: string; audience: string },
): SamlStatus | undefined {
  const [unsupported] = request.unsupported ?? [];
  if (unsupported !== undefined) return refuse(statusCodes.requestUnsupported, unsupported);
  // Core 3.4.1.3: identity providers that the requester deems acceptable.
  if (request.acceptableIdps && !request.acceptableIdps.includes(idpEntityId)) {
    return refuse(
      statusCodes.noSupportedIdp,
      `The request may be answered by others only, and this is ${idpEntityId}.`,
    );
  }
  // Core 2.5.1.4: every restriction has to hold, so the one audience has to be in each.
  if (request.conditions?.audiences.some((audiences) => !audiences.includes(audience))) {
    return refuse(statusCodes.requestUnsupported, `Assertions go out for the audience ${audience} only.`);
  }
  return undefined;
}

/** When an assertion holds: what is agreed, within what the request asks for; undefined where nothing is left of it. */
export function validityOf(
  agreed: { notBefore: Date; notOnOrAfter: Date },
  conditions: AuthnRequest['conditions'],
  now: Date,
): { notBefore: Date; notOnOrAfter: Date } | undefined {
  const notBefore = new Date(Math.max(agreed.notBefore.getTime(), timeOf(conditions?.notBefore, 0)));
  const notOnOrAfter = new Date(
    Math.min(agreed.notOnOrAfter.getTime(), timeOf(conditions?.notOnOrAfter, Number.POSITIVE_INFINITY)),
  );
  return notBefore < notOnOrAfter && now < notOnOrAfter ? { notBefore, notOnOrAfter } : undefined;
}

/** What a request is refused with that leaves no time to use the assertion in. */
export const noValidity: SamlStatus = {
  code: statusCodes.requester,
  subcode: statusCodes.requestDenied,
  message: 'The conditions of the request leave no time in which the assertion could be used.',
};

function timeOf(instant: string | undefined, otherwise: number): number {
  return instant === undefined ? otherwise : Date.parse(instant);
}

function refuse(subcode: string, message: string): SamlStatus {
  return { code: statusCodes.requester, subcode, message };
}
