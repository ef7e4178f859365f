import { z } from 'zod';
import { testSignInSchema } from '@/lib/sso/sign-in-test/schema';
import { testSignIn } from '@/lib/sso/sign-in-test/test-sign-in';
import { applicationParams } from '../fields';
import { defineOperation } from '../operation';

const source = z
  .object({
    kind: z.enum(['property', 'constant', 'expression', 'groups']),
    source: z.string(),
    steps: z.array(z.object({ part: z.string(), value: z.string() })).describe('Of an expression, inner parts first.'),
    failure: z.string().nullable(),
  })
  .meta({ id: 'AssertedSource' });

const answer = z
  .object({
    person: z.object({ id: z.uuid(), username: z.string(), displayName: z.string() }),
    checks: z
      .array(
        z.object({
          name: z.enum(['sso', 'person', 'access', 'assertion', 'network', 'password', 'start']),
          state: z.enum(['ok', 'denied', 'note']),
          words: z.string(),
        }),
      )
      .describe('Everything that lets the person in, or does not.'),
    refusal: z
      .object({ code: z.string(), message: z.string(), hint: z.string().nullable() })
      .nullable()
      .describe('Null: the person would be signed in.'),
    assertion: z
      .object({
        asIf: z.boolean().describe('The person would not get it now.'),
        acsUrl: z.string(),
        audience: z.string(),
        authnContextClass: z.string(),
        notOnOrAfter: z.date(),
        sessionNotOnOrAfter: z.date(),
        signed: z.string(),
        encrypted: z.boolean().describe('It goes out encrypted; `xml` is as it is before.'),
        nameId: z.object({ value: z.string(), format: z.string(), why: z.string(), source }),
        attributes: z.array(
          z.object({
            name: z.string(),
            friendlyName: z.string().nullable(),
            nameFormat: z.string(),
            values: z.array(z.string()).describe('Empty: it is not sent.'),
            source,
          }),
        ),
        xml: z
          .string()
          .nullable()
          .describe('The response, without the value of its signature. Null: a value must not be shown.'),
      })
      .nullable()
      .describe('Null: none can be made.'),
    asked: z
      .array(z.object({ what: z.string(), state: z.enum(['ok', 'missing', 'optional']), words: z.string() }))
      .nullable()
      .describe('What the metadata of the service provider asks for; null: nothing is known of that.'),
  })
  .meta({ id: 'SignInTest' });

export const signInTestOperations = [
  defineOperation(
    {
      id: 'testSignIn',
      method: 'POST',
      path: '/applications/{application}/sso/test',
      tag: 'SSO',
      summary: 'Show what a person would get at the service provider',
      description: 'Made by what signs people in. Nothing is sent and nothing is written.',
      permission: 'applications.read',
      params: applicationParams,
      body: testSignInSchema.omit({ applicationId: true }),
      answer,
    },
    ({ params, body }) => testSignIn({ ...body, applicationId: params.application }),
  ),
];
