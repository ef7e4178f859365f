import { z } from 'zod';
import { setTargetAttributes } from '@/lib/applications/set-target-attributes';
import { getAttributeLists } from '@/lib/applications/target-attributes';
import { listedAttributeSchema, objectTypeSchema } from '@/lib/mappings/schema';
import { applicationParams } from '../fields';
import { defineOperation } from '../operation';
import { toOperation } from '../to-operation';

const attributeLists = z
  .object({
    applicationId: z.uuid(),
    version: z.number().int().describe("The application's."),
    lists: z.array(z.object({ objectType: objectTypeSchema, attributes: z.array(listedAttributeSchema) })),
  })
  .meta({ id: 'AttributeLists' });

const tag = 'Mappings';

export const targetAttributeOperations = [
  defineOperation(
    {
      id: 'listTargetAttributes',
      method: 'GET',
      path: '/applications/{application}/attributes',
      tag,
      summary: 'List the attributes that an application has',
      description: 'Possible targets of mappings, with the type in which each is sent.',
      permission: 'applications.read',
      params: applicationParams,
      answer: attributeLists,
    },
    ({ params }) => getAttributeLists(params.application),
  ),
  toOperation(setTargetAttributes, {
    method: 'PUT',
    path: '/applications/{application}/attributes/{objectType}',
    tag,
    summary: 'Replace the attributes that were added to the list of users or groups',
    description:
      'All that administrators added, as a whole; those of the template stay. Everyone in the application is then evaluated again. One that a mapping uses can be neither removed nor changed into something that the mapping does not fit.',
    params: applicationParams.extend({ objectType: objectTypeSchema }),
    as: { application: 'applicationId' },
    present: async ({ application }) => ({ version: (await getAttributeLists(application)).version }),
    answer: attributeLists,
    show: ({ id }) => getAttributeLists(id),
  }),
];
