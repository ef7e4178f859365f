import { customSchemaId, enterpriseSchemaId, groupSchemaId, mostOnPage, userSchemaId } from './names';

/** A custom attribute, as people can have it. */
export interface CustomAttribute {
  name: string;
  type: 'string' | 'number' | 'boolean';
}

interface Attribute {
  name: string;
  type: string;
  multiValued: boolean;
  description: string;
  required: boolean;
  caseExact: boolean;
  mutability: string;
  returned: string;
  uniqueness: string;
  subAttributes?: Attribute[];
  referenceTypes?: string[];
  canonicalValues?: string[];
}

function attribute(name: string, description: string, more: Partial<Attribute> = {}): Attribute {
  return {
    name,
    type: 'string',
    multiValued: false,
    description,
    required: false,
    caseExact: false,
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    ...more,
  };
}

const complex = (name: string, description: string, subAttributes: Attribute[], more: Partial<Attribute> = {}) =>
  attribute(name, description, { type: 'complex', subAttributes, ...more });

const work = attribute('type', 'Always work: one is kept.', { canonicalValues: ['work'] });
const primary = attribute('primary', 'True of the one that is kept.', { type: 'boolean' });

const userAttributes: Attribute[] = [
  attribute('userName', 'By which the person signs in. No spaces; 100 characters at most.', {
    required: true,
    uniqueness: 'server',
  }),
  complex('name', 'The parts of the name.', [
    attribute('formatted', 'First and last name together.', { mutability: 'readOnly' }),
    attribute('familyName', 'The last name. Without it, the rest of displayName.'),
    attribute('givenName', 'The first name. Without it, the beginning of displayName.'),
  ]),
  attribute('displayName', 'The name as it is shown; without it, first and last name.'),
  attribute('title', 'The job title.'),
  attribute('active', 'False: suspended, signed out everywhere and deactivated in every application.', {
    type: 'boolean',
  }),
  complex(
    'emails',
    'One e-mail address is kept: the primary one, or the one of type work, or the first. Without one, userName has to be an address.',
    [attribute('value', 'The address.', { uniqueness: 'server' }), work, primary],
    { multiValued: true },
  ),
  complex('phoneNumbers', 'One number is kept, by the same rule.', [attribute('value', 'The number.'), work, primary], {
    multiValued: true,
  }),
  complex(
    'addresses',
    'The location of the person.',
    [attribute('formatted', 'The location, in a line; locality is taken where this is not sent.'), work, primary],
    { multiValued: true },
  ),
  complex(
    'groups',
    'Groups of this source that the person is in; told where one person is read.',
    [
      attribute('value', 'The id of the group.', { mutability: 'readOnly', caseExact: true }),
      attribute('$ref', 'Its address.', {
        type: 'reference',
        referenceTypes: ['Group'],
        mutability: 'readOnly',
        caseExact: true,
      }),
      attribute('display', 'Its name.', { mutability: 'readOnly' }),
      attribute('type', 'Always direct.', { mutability: 'readOnly', canonicalValues: ['direct'] }),
    ],
    { multiValued: true, mutability: 'readOnly' },
  ),
];

const enterpriseAttributes: Attribute[] = [
  attribute('employeeNumber', 'The employee ID.'),
  attribute('costCenter', 'The cost center.'),
  attribute('organization', 'The company.'),
  attribute('department', 'The department.'),
  complex('manager', 'The manager, who is a person of this source; taken as text, too.', [
    attribute('value', 'The id of the manager.', { caseExact: true }),
    attribute('$ref', 'The address of the manager.', {
      type: 'reference',
      referenceTypes: ['User'],
      mutability: 'readOnly',
      caseExact: true,
    }),
    attribute('displayName', 'The name of the manager.', { mutability: 'readOnly' }),
  ]),
];

const groupAttributes: Attribute[] = [
  attribute('displayName', 'The name of the user group; 100 characters at most.', {
    required: true,
    uniqueness: 'server',
  }),
  complex(
    'members',
    'People of this source. Groups within groups are not taken.',
    [
      attribute('value', 'The id of the person.', { mutability: 'immutable', caseExact: true }),
      attribute('$ref', 'The address of the person.', {
        type: 'reference',
        referenceTypes: ['User'],
        mutability: 'immutable',
        caseExact: true,
      }),
      attribute('display', 'The name of the person.', { mutability: 'readOnly' }),
      attribute('type', 'Always User.', { mutability: 'immutable', canonicalValues: ['User'] }),
    ],
    { multiValued: true },
  ),
];

type Document = Record<string, unknown> & { id: string };

function document(kind: 'Schema' | 'ResourceType', id: string, base: string, rest: Record<string, unknown>): Document {
  const schema =
    kind === 'Schema'
      ? 'urn:ietf:params:scim:schemas:core:2.0:Schema'
      : 'urn:ietf:params:scim:schemas:core:2.0:ResourceType';
  return { schemas: [schema], id, ...rest, meta: { resourceType: kind, location: `${base}/${kind}s/${id}` } };
}

/** Every schema that is served (RFC 7643 §7). @param base of the endpoint, without a slash at its end */
export function schemaDocuments(base: string, custom: readonly CustomAttribute[]): Document[] {
  const schema = (id: string, name: string, description: string, attributes: Attribute[]) =>
    document('Schema', id, base, { name, description, attributes });
  return [
    schema(userSchemaId, 'User', 'A person of the directory', userAttributes),
    schema(groupSchemaId, 'Group', 'A user group', groupAttributes),
    schema(enterpriseSchemaId, 'EnterpriseUser', 'What an employer knows of a person', enterpriseAttributes),
    schema(
      customSchemaId,
      'LatchkeyUser',
      'Custom attributes of the directory. One that is sent for the first time is defined by that.',
      custom.map(({ name, type }) =>
        attribute(name, 'A custom attribute.', {
          type: type === 'number' ? 'decimal' : type,
          caseExact: type === 'string',
        }),
      ),
    ),
  ];
}

/** RFC 7643 §6. */
export function resourceTypes(base: string): Document[] {
  const extension = (schema: string) => ({ schema, required: false });
  return [
    document('ResourceType', 'User', base, {
      name: 'User',
      endpoint: '/Users',
      description: 'A person of the directory',
      schema: userSchemaId,
      schemaExtensions: [extension(enterpriseSchemaId), extension(customSchemaId)],
    }),
    document('ResourceType', 'Group', base, {
      name: 'Group',
      endpoint: '/Groups',
      description: 'A user group',
      schema: groupSchemaId,
      schemaExtensions: [],
    }),
  ];
}

/** RFC 7643 §5. */
export function serviceProviderConfig(base: string, maxPayloadSize: number): Record<string, unknown> {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
    documentationUri: `${base.replace(/\/scim\/v2$/, '')}/api-reference`,
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize },
    filter: { supported: true, maxResults: mostOnPage },
    changePassword: { supported: false },
    sort: { supported: false },
    etag: { supported: true },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Bearer token',
        description: 'A token of the source, created in Latchkey under Settings › Sources.',
        specUri: 'https://www.rfc-editor.org/info/rfc6750',
        primary: true,
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${base}/ServiceProviderConfig` },
  };
}
