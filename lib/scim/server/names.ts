import { enterpriseUserSchema } from '@/lib/scim/path';

/** The schemas that are served (RFC 7643 §8.7). */
export const userSchemaId = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const groupSchemaId = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const enterpriseSchemaId = enterpriseUserSchema;
/** Custom attributes of the directory. In this form, because Entra takes no other for attributes of one's own. */
export const customSchemaId = 'urn:ietf:params:scim:schemas:extension:latchkey:2.0:User';

export const scimMediaType = 'application/scim+json';

/** Resources of one page at most, and when nothing is said. */
export const mostOnPage = 200;
export const usualOnPage = 100;
