import type { z } from 'zod';
import { type Grants, readStandings } from '@/lib/applications/standings';
import { AppError } from '@/lib/core/errors';
import { db } from '@/lib/db/client';
import { chooseAcs } from '@/lib/saml/choose-acs';
import { SamlError } from '@/lib/saml/error';
import { getSettings } from '@/lib/settings/settings';
import { decideBy } from '../access';
import { beginSession, type PlannedContent, planAssertion, writePlanned } from '../plan-assertion';
import { findProvider, type Provider } from '../provider';
import { readMetadata } from '../read-pasted';
import { requireActive } from '../receive-request';
import { type AskedPart, compareAsks } from './compare-asks';
import { type DescribedAttribute, type DescribedNameId, describeSources } from './describe-sources';
import { spAsksSchema, type testSignInSchema } from './schema';
import { withoutSignature } from './without-signature';

/** Something that a sign-in depends on. */
export interface SignInCheck {
  name: 'sso' | 'person' | 'access' | 'assertion' | 'network' | 'password' | 'start';
  state: 'ok' | 'denied' | 'note';
  words: string;
}

/** What one person would get at a service provider at this moment. */
export interface SignInTest {
  person: { id: string; username: string; displayName: string };
  /** Everything that lets the person in, or does not. */
  checks: SignInCheck[];
  /** The first that denies: what the person would be told; null: they would be signed in. */
  refusal: { code: string; message: string; hint: string | null } | null;
  /** Null where none can be made, even if the person had access. */
  assertion: {
    /** The person would not get it: it is what it would say if they had access. */
    asIf: boolean;
    acsUrl: string;
    audience: string;
    authnContextClass: string;
    notOnOrAfter: Date;
    sessionNotOnOrAfter: Date;
    signed: string;
    encrypted: boolean;
    nameId: DescribedNameId;
    attributes: DescribedAttribute[];
    /** Without the value of its signature, so that nobody can be signed in with it; null where a value must not be shown. */
    xml: string | null;
  } | null;
  /** What the metadata of the service provider asks for; null: nothing is known of that. */
  asked: AskedPart[] | null;
}

/**
 * What a person would get at a service provider now, by the functions that sign people in (planAssertion, writePlanned), with all that
 * would deny it. Nothing is sent, and nothing is written.
 * @throws AppError `not_found`; `invalid_input` (spMetadata)
 */
export async function testSignIn({
  applicationId,
  userId,
  spMetadata,
}: z.output<typeof testSignInSchema>): Promise<SignInTest> {
  const provider = await findProvider(db, { id: applicationId });
  if (!provider) throw new AppError('not_found', 'This application has no SSO.');
  const asks = await asksOf(applicationId, spMetadata);
  // Real time, as in a sign-in.
  const now = new Date();
  const parts = ['groupNames', 'directGroupNames', 'grants'] as const;
  const [standing] = await readStandings(db, { applications: [provider.application], userIds: [userId], parts }, now);
  if (!standing || standing.absence === 'purged' || standing.absence === 'deleted') {
    throw new AppError('not_found', 'This person does not exist any more.');
  }
  const access = decideBy(standing);
  const real = await attempt(provider, access, now);
  // What it would say all the same, where the person has no access or SSO is not active.
  const shown = real.content ? real : await attempt(provider, { granted: true, subject: standing }, now, true);
  const { id, username, displayName } = standing.user;
  const { content } = shown;
  return {
    person: { id, username, displayName },
    checks: [
      ssoCheck(provider),
      personCheck(standing.user),
      accessCheck(standing.grants, standing.granted),
      assertionCheck(shown),
      ...networkCheck(provider),
      ...passwordCheck(provider),
      ...startCheck(provider),
    ],
    refusal: real.refusal,
    assertion: content ? { asIf: !real.content, ...(await showContent(provider, standing, content, now)) } : null,
    asked: asks && content ? compareAsks(asks, content) : null,
  };
}

interface Attempt {
  content: PlannedContent | undefined;
  refusal: SignInTest['refusal'];
}

/** @param regardless also where SSO is not active */
async function attempt(
  provider: Provider,
  access: ReturnType<typeof decideBy>,
  now: Date,
  regardless = false,
): Promise<Attempt> {
  try {
    const settings = regardless && provider.resolved.ok ? provider.resolved.settings : requireActive(provider);
    const plan = await planAssertion({
      ask: { provider, settings, kept: undefined, acs: chooseAcs(undefined, settings) },
      access,
      // Nothing is known of the names: whose they are as well is asked.
      names: { settled: false, shared: false, username: null, nameId: null },
      wasNamedSo: false,
      ...{ clientAddress: undefined, authenticatedAt: now, asksAgain: false, now },
    });
    if (plan.kind === 'answer') return { content: plan.content, refusal: null };
    if (plan.kind === 'sign_in') return { content: undefined, refusal: null };
    const { subcode, message = '' } = plan.status;
    return { content: undefined, refusal: { code: subcode?.split(':').at(-1) ?? 'Requester', message, hint: null } };
  } catch (error) {
    if (!(error instanceof AppError || error instanceof SamlError)) throw error;
    const told = error instanceof AppError && error.code === 'conflict' ? error.details?.told : undefined;
    const { code, message, hint } = error;
    return { content: undefined, refusal: { code, message: told ?? message, hint: hint ?? null } };
  }
}

async function showContent(
  provider: Provider,
  standing: Parameters<typeof describeSources>[1],
  content: PlannedContent,
  now: Date,
): Promise<Omit<NonNullable<SignInTest['assertion']>, 'asIf'>> {
  if (!provider.resolved.ok) throw new Error('What is not resolved has no assertion.');
  const { settings } = provider.resolved;
  const { sessionHours } = await getSettings();
  const held = beginSession(settings, new Date(now.getTime() + sessionHours * 3_600_000), now);
  const { nameId, attributes, redacted } = describeSources(provider, standing, content, now);
  const { encryptAssertion, encryptNameId, ...readable } = content;
  return {
    acsUrl: content.destination,
    audience: content.audience,
    authnContextClass: content.authnContextClass,
    notOnOrAfter: content.notOnOrAfter,
    sessionNotOnOrAfter: held.endsAt,
    signed: signedWords(content),
    encrypted: encryptAssertion !== undefined || encryptNameId !== undefined,
    ...{ nameId, attributes },
    xml: redacted ? null : withoutSignature(writePlanned(readable, held)),
  };
}

function signedWords({ signAssertion, signResponse }: PlannedContent): string {
  if (signAssertion && signResponse) return 'assertion and response';
  return signAssertion ? 'assertion' : 'response';
}

async function asksOf(applicationId: string, pasted: string | undefined) {
  if (pasted) {
    try {
      const { nameIdFormats, requestedAttributes = [] } = readMetadata(pasted, {});
      return { nameIdFormats, attributes: requestedAttributes };
    } catch (error) {
      if (!(error instanceof SamlError)) throw error;
      throw new AppError('invalid_input', error.message, {
        field: 'spMetadata',
        ...(error.hint ? { hint: error.hint } : {}),
      });
    }
  }
  const source = await db.spMetadataSource.findUnique({ where: { applicationId }, select: { asks: true } });
  return source?.asks ? spAsksSchema.parse(source.asks) : undefined;
}

function ssoCheck({ application, resolved }: Provider): SignInCheck {
  const name = 'sso';
  if (!resolved.ok)
    return { name, state: 'denied', words: `SSO is incomplete: ${resolved.problems[0]?.message ?? ''}` };
  if (application.ssoStatus !== 'active')
    return { name, state: 'denied', words: 'SSO is not active: nobody is signed in.' };
  return { name, state: 'ok', words: 'SSO is active.' };
}

function personCheck({ status, mustChangePassword }: { status: string; mustChangePassword: boolean }): SignInCheck {
  const name = 'person';
  if (status === 'suspended') return { name, state: 'denied', words: 'The person is suspended.' };
  if (mustChangePassword) return { name, state: 'note', words: 'The person has to choose a password first.' };
  return { name, state: 'ok', words: 'The person is active.' };
}

function accessCheck({ direct, groups }: Grants, granted: boolean): SignInCheck {
  const name = 'access';
  if (!granted) {
    return { name, state: 'denied', words: 'No access: in no associated user group, and not assigned.' };
  }
  const by = [...(direct ? ['assigned directly'] : []), ...groups.slice(0, 5).map((group) => `in ${group.name}`)];
  const more = groups.length > 5 ? ` and ${groups.length - 5} more` : '';
  return { name, state: 'ok', words: `Has access: ${by.join(', ')}${more}.` };
}

function assertionCheck({ content, refusal }: Attempt): SignInCheck {
  const name = 'assertion';
  if (content) return { name, state: 'ok', words: 'NameID and attributes can be made.' };
  return { name, state: 'denied', words: refusal?.message ?? 'No assertion can be made.' };
}

/** Where people have to be, which a test cannot know. */
function networkCheck({ draft: { allowedNetworks } }: Provider): SignInCheck[] {
  if (allowedNetworks.length === 0) return [];
  const more = allowedNetworks.length > 5 ? ` and ${allowedNetworks.length - 5} more` : '';
  const words = `Only from ${allowedNetworks.slice(0, 5).join(', ')}${more}: from elsewhere the sign-in is denied.`;
  return [{ name: 'network', state: 'note', words }];
}

/** When the password has to have been given. */
function passwordCheck({ draft: { passwordMinutes } }: Provider): SignInCheck[] {
  if (passwordMinutes === null) return [];
  const words = `Who gave the password more than ${passwordMinutes} min ago is asked for it again first.`;
  return [{ name: 'password', state: 'note', words }];
}

/** Where a sign-in has to begin. */
function startCheck({ draft, loginUrl }: Provider): SignInCheck[] {
  if (draft.idpInitiated) return [];
  return [
    {
      name: 'start',
      state: 'note',
      words:
        loginUrl === ''
          ? 'Sign-in starts at the application alone, and its login URL is not known here.'
          : 'From here, people are sent to the login URL of the application first.',
    },
  ];
}
