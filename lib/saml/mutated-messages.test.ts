import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { Chance } from '@/lib/core/testing/chance';
import { createSelfSigned } from '@/lib/crypto/certificate';
import { SamlError } from './error';
import type { Expectations } from './open-message';
import { openPost } from './open-post';
import { openRedirect } from './open-redirect';
import { acceptLogoutRequest, acceptLogoutResponse } from './receive-logout';
import { receivePost } from './receive-post';
import { receiveRedirect } from './receive-redirect';
import type { ReceivedRequest } from './receive-request';
import { logoutRequestXml, logoutResponseXml } from './testing/logout';
import { mutate } from './testing/mutate';
import { authnRequestXml, postMessage, redirectQuery, signQuery, signWithNodeSaml } from './testing/support';

/** Of each kind; all together a million and a half in `npm test -- full`. */
const times = process.env.LATCHKEY_TESTS === 'full' ? 250_000 : 1_500;
/** In milliseconds: a quarter of a million signed messages take minutes. */
const patience = times * 10 + 30_000;

const now = new Date();
const destination = 'https://idp.example/saml2/app';
const request = {
  issueInstant: now,
  destination,
  attributes: 'ForceAuthn="true" AssertionConsumerServiceURL="https://sp.example.com/acs?a=1&amp;b=2"',
  children: '<samlp:NameIDPolicy Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress" AllowCreate="1"/>',
};
const keys = await createSelfSigned({ commonName: 'sp', notBefore: new Date(now.getTime() - 60_000), years: 1 });
const strangers = await createSelfSigned({ commonName: 'no', notBefore: new Date(now.getTime() - 60_000), years: 1 });
const expected: Expectations = { destination, certificates: [keys.certificate], requireSigned: true, now };
const xml = authnRequestXml(request);
const signedXml = signWithNodeSaml(xml, keys);
const query = redirectQuery({ xml, relayState: 'home', privateKey: keys.privateKey });

const { request: original } = receiveRedirect({ ...expected, rawQuery: query });

type Receive = (chance: Chance) => ReceivedRequest;

const byPost: Receive = (chance) =>
  receivePost({ ...expected, samlRequest: postMessage(mutate(signedXml, chance)), relayState: 'home' });

const kinds: Record<string, { receive: Receive; leastAccepted: number }> = {
  // Blanks between the parts of a signature, a KeyInfo that nobody reads.
  'the document of a POST': { receive: byPost, leastAccepted: 1 },
  'the form value of a POST': {
    receive: (chance) =>
      receivePost({ ...expected, samlRequest: mutate(postMessage(signedXml), chance), relayState: 'home' }),
    leastAccepted: 1,
  },
  'the query of a redirect': {
    receive: (chance) => receiveRedirect({ ...expected, rawQuery: mutate(query, chance) }),
    leastAccepted: 1,
  },
  'the document of a redirect, under the signature of the one that was signed, or of a stranger': {
    receive: (chance) => {
      const altered = `SAMLRequest=${encodeURIComponent(deflateRawSync(mutate(xml, chance)).toString('base64'))}`;
      const rawQuery = chance.maybe(0.5)
        ? query.replace(/SAMLRequest=[^&]*/, altered)
        : signQuery(query.replace(/SAMLRequest=[^&]*/, altered).replace(/&Signature=.*/, ''), strangers.privateKey);
      return receiveRedirect({ ...expected, rawQuery });
    },
    leastAccepted: 0,
  },
};

test.each(Object.entries(kinds))(
  '%s: altered, it is refused in words, or says what was signed',
  (_what, kind) => {
    const chance = new Chance(7);
    let accepted = 0;
    for (let time = 0; time < times; time += 1) {
      try {
        const { request, signed } = kind.receive(chance);
        accepted += 1;
        expect({ request, signed }).toEqual({ request: original, signed: true });
      } catch (error) {
        if (!(error instanceof SamlError)) throw error;
      }
    }
    expect(accepted).toBeGreaterThanOrEqual(kind.leastAccepted);
  },
  patience,
);

const logoutRequest = logoutRequestXml({ issueInstant: now, destination, sessionIndexes: ['_s1', '_s2'] });
const logoutResponse = logoutResponseXml({ issueInstant: now, destination, inResponseTo: '_q' });
const logouts = [
  ['LogoutRequest', 'SAMLRequest', logoutRequest, acceptLogoutRequest],
  ['LogoutResponse', 'SAMLResponse', logoutResponse, acceptLogoutResponse],
] as const;

test.each(logouts)(
  'a %s: altered, it is refused in words, or says what was signed',
  (_what, parameter, plain, accept) => {
    const chance = new Chance(11);
    const posted = signWithNodeSaml(plain, keys);
    const redirected = redirectQuery({ xml: plain, privateKey: keys.privateKey, parameter });
    const said = accept(openRedirect(redirected, parameter, expected), expected);
    let accepted = 0;
    for (let time = 0; time < times; time += 1) {
      try {
        const opened = chance.maybe(0.5)
          ? openPost({ message: postMessage(mutate(posted, chance)) }, expected)
          : openRedirect(mutate(redirected, chance), parameter, expected);
        expect({ signed: opened.signed, message: accept(opened, expected) }).toEqual({ signed: true, message: said });
        accepted += 1;
      } catch (error) {
        if (!(error instanceof SamlError)) throw error;
      }
    }
    expect(accepted).toBeGreaterThan(0);
  },
  patience,
);
