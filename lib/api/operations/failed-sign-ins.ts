import { z } from 'zod';
import { mendSignIn } from '@/lib/sso/failed-sign-ins/mend-sign-in';
import { getFailedSignIn, listFailedSignIns } from '@/lib/sso/failed-sign-ins/queries';
import { askedRequestSchema, referenceSchema, signInFixes } from '@/lib/sso/failed-sign-ins/schema';
import { applicationParams, pageOf, pageQuery } from '../fields';
import { defineOperation } from '../operation';
import { toOperation } from '../to-operation';
import { saved } from './representations/sso';

const tag = 'SSO';

const shape = {
  id: z.uuid(),
  reference: z.string().describe('As it stands on the page that people saw.'),
  applicationId: z.uuid().nullable().describe('Null: there is no application at the address.'),
  person: z
    .object({ id: z.uuid(), username: z.string(), displayName: z.string() })
    .nullable()
    .describe('Who was signed in.'),
  code: z.string().describe('Of the errors, or the status that the application was given.'),
  explanation: z.object({
    cause: z.string().describe('In plain words, by how things stand now.'),
    advice: z.string().optional(),
    mended: z.string().optional().describe('What was in the way is so no more.'),
    fixes: z
      .array(
        z.object({
          fix: z
            .enum([...signInFixes, 'assign', 'activate'])
            .describe('`assign` is assignUser, `activate` activateSso; every other one is given to mendSignIn.'),
          label: z.string(),
          consequences: z.array(z.string()),
          value: z.string().optional().describe('What is looked at before: an address, a fingerprint.'),
        }),
      )
      .describe('What mends it here.'),
  }),
  clientAddress: z.string().nullable(),
  firstAt: z.date(),
  lastAt: z.date(),
  count: z.number().int().describe('How often it happened, to a minute.'),
};

const row = z.object(shape).meta({ id: 'FailedSignIn' });
const detail = z
  .object({
    ...shape,
    application: z.object({ id: z.uuid(), displayLabel: z.string() }).nullable(),
    asked: askedRequestSchema.describe('What the request says, decoded. Nothing of it is verified.'),
  })
  .meta({ id: 'FailedSignInDetail' });

export const failedSignInOperations = [
  defineOperation(
    {
      id: 'listFailedSignIns',
      method: 'GET',
      path: '/applications/{application}/sso/failed-sign-ins',
      tag,
      summary: 'List the sign-ins to an application that did not come about, the last first',
      description:
        'What failed for the same reason is kept once. Kept are the last 100 of people who were signed in and the last 100 of everybody else, for 30 days.',
      permission: 'applications.read',
      params: applicationParams,
      query: z.object(pageQuery),
      answer: pageOf(row),
    },
    ({ params, query }) => listFailedSignIns(params.application, query),
  ),
  defineOperation(
    {
      id: 'getFailedSignIn',
      method: 'GET',
      path: '/failed-sign-ins/{reference}',
      tag,
      summary: 'Read a failed sign-in by the reference that people were told',
      permission: 'applications.read',
      params: z.object({ reference: referenceSchema }),
      answer: detail,
    },
    ({ params }) => getFailedSignIn(params.reference),
  ),
  toOperation(mendSignIn, {
    ...saved,
    method: 'POST',
    path: '/applications/{application}/sso/failed-sign-ins/{reference}/mend',
    params: applicationParams.extend({ reference: referenceSchema }),
    summary: 'Change the SSO settings so that a failed sign-in comes about',
    description: 'With what its request asked for: read it before. Anybody can send a request.',
  }),
];
