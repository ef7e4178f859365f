import type { SsoDraft } from '@/lib/applications/schema';
import type { SsoSettings } from '@/lib/saml/schema';
import type { Access } from '../access';
import type { AskedRequest, SignInFix } from './schema';

/** What is known of a failure, and how things stand now. */
export interface ExplainInput {
  code: string;
  message: string;
  hint: string | null;
  asked: AskedRequest;
  lastAt: Date;
  /** Where it came from, the last time. */
  clientAddress: string | null;
  person: { displayName: string } | null;
  application: {
    displayLabel: string;
    idpUrl: string;
    active: boolean;
    draft: SsoDraft;
    /** Undefined: incomplete. */
    settings: SsoSettings | undefined;
    loginUrl: string;
    /** Of the person, now. */
    access: Access | undefined;
  } | null;
}

/** A button: a change of the SSO settings, or a command that there is for it. */
export interface FixView {
  fix: SignInFix | 'assign' | 'activate';
  /** Verb and object. */
  label: string;
  /** What it does, to be read before it is confirmed. */
  consequences: string[];
  /** The value that is looked at: an address, a fingerprint. */
  value?: string;
}

export interface Explanation {
  /** In plain words. */
  cause: string;
  /** What to do, where no button does it. */
  advice: string | undefined;
  /** Since then, what was in the way is so no more. */
  mended: string | undefined;
  fixes: FixView[];
}

export type ExplainedApplication = NonNullable<ExplainInput['application']>;
/** Says of one code what is other than its message. */
export type Explain = (input: ExplainInput, application: ExplainedApplication) => Partial<Explanation>;
