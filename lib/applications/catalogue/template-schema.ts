import { z } from 'zod';
import { inputShape } from '@/lib/core/setting';
import {
  applicationRuleSchema,
  attributeMappingSchema,
  manualTaskSchema,
  targetAttributeSchema,
} from '@/lib/mappings/schema';
import { canonicalTarget } from '@/lib/mappings/target';
import { authenticationKinds } from '@/lib/scim/authentication';
import { serverProfile } from '@/lib/scim/profile';
import { ssoDraftSchema } from '../schema';

const text = z.string().min(1).max(2000);

/** A value that every address of the application is made from: {SUBDOMAIN}. */
const placeholderSchema = z.object({
  name: z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/),
  label: text,
  help: text,
  /** JavaScript regular expression that the whole value must match. */
  pattern: z.string().refine((source) => isRegExp(source), 'Not a regular expression'),
  patternMessage: text,
  example: text,
});
export type TemplatePlaceholder = z.infer<typeof placeholderSchema>;

function isRegExp(source: string): boolean {
  try {
    return Boolean(new RegExp(source));
  } catch {
    return false;
  }
}

/** One field of a form at the service provider, in the service provider's words. */
const guideFieldSchema = z.object({
  label: text,
  action: z.enum(['copy', 'select', 'enter', 'enable', 'leave_blank']),
  /** May name {idpUrl}, {idpEntityId}, {certificate}, {metadataUrl}, {logoutUrl}, {VENDOR} and the template's placeholders. */
  value: z.string().max(2000),
  note: text.optional(),
});

const guideStepSchema = z.object({
  text,
  /** `sandbox` replaces the address where a sandbox plays the vendor. */
  link: z.object({ label: text, url: text, sandbox: text.optional() }).optional(),
  fields: z.array(guideFieldSchema).default([]),
});

const guideSchema = z.object({
  prerequisites: z.array(text).default([]),
  considerations: z.array(text).default([]),
  /** Said before SSO is activated. */
  activationWarning: text.optional(),
  sections: z
    .array(
      z.object({ id: z.enum(['sso', 'identity-management']), title: text, steps: z.array(guideStepSchema).min(1) }),
    )
    .default([]),
});
export type TemplateGuide = z.infer<typeof guideSchema>;

const mappingDefaults = attributeMappingSchema
  .omit({ id: true, objectType: true, position: true })
  .partial({ apply: true, matchingPrecedence: true, defaultValue: true, required: true })
  .transform((mapping) => ({
    ...mapping,
    target: canonicalTarget(mapping.target),
    apply: mapping.apply ?? ('always' as const),
    matchingPrecedence: mapping.matchingPrecedence ?? null,
    defaultValue: mapping.defaultValue ?? null,
    required: mapping.required ?? false,
  }));

const targetAttribute = targetAttributeSchema
  .partial({ multiValued: true, required: true, caseSensitive: true, mutability: true })
  .transform(({ canonicalValues, ...attribute }) => ({
    ...attribute,
    path: canonicalTarget(attribute.path),
    multiValued: attribute.multiValued ?? false,
    required: attribute.required ?? false,
    caseSensitive: attribute.caseSensitive ?? false,
    mutability: attribute.mutability ?? ('readWrite' as const),
    ...(canonicalValues ? { canonicalValues } : {}),
  }));

const scimSchema = z.object({
  /** Identity Management can be configured only when SSO is. */
  requiresSso: z.boolean(),
  /** Offered in this order; the first is the default. */
  baseUrlPatterns: z.array(z.object({ label: text, pattern: text, help: text.optional() })).default([]),
  /** How its server lets itself be asked; the first is offered first. */
  authentication: z.array(z.enum(authenticationKinds)).min(1).default(['bearer']),
  tokenLabel: text.default('Token Key'),
  tokenHelp: text.optional(),
  groups: z.object({ supported: z.boolean(), manageByDefault: z.boolean() }),
  userMappings: z.array(mappingDefaults).min(1),
  groupMappings: z.array(mappingDefaults).default([]),
  /** By target path, what the application's own screens call it. */
  valueNames: z.record(z.string(), z.string()).default({}),
  /** What *Edit attribute list* starts with; mappings may aim at these. */
  userAttributes: z.array(targetAttribute),
  groupAttributes: z.array(targetAttribute).default([]),
  rules: z.array(applicationRuleSchema).default([]),
  /** What only a person can do over there. */
  manualTasks: z.array(manualTaskSchema).default([]),
  /** What its server can do and its habits, where that is known. */
  serverProfile: z.strictObject(inputShape(serverProfile)).partial().default({}),
});

/**
 * Everything that Latchkey knows of one application of the catalogue: data only, so that a further one is a further
 * folder. Strings may name the template's placeholders, and {VENDOR}: the vendor's own address, or the sandbox's.
 */
export const templateSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/),
    name: text,
    /** Raised whenever the data changes. */
    version: z.number().int().min(1),
    kind: z.enum(['saml', 'bookmark']),
    summary: text,
    /** Further words that the catalogue's search finds it by. */
    keywords: z.array(z.string()).default([]),
    logo: z.object({ color: z.string().regex(/^#[0-9a-f]{6}$/), initials: z.string().min(1).max(2) }),
    vendorBase: z.object({ live: text, sandbox: text.optional() }).optional(),
    placeholders: z.array(placeholderSchema).default([]),
    saml: ssoDraftSchema.optional(),
    /** Absent: the application has no Identity Management. */
    scim: scimSchema.optional(),
    guide: guideSchema,
  })
  .superRefine((template, context) => {
    if ((template.kind === 'saml') === Boolean(template.saml)) return;
    context.addIssue({ code: 'custom', path: ['saml'], message: 'stands with the kind saml, and only there' });
  });
export type Template = z.infer<typeof templateSchema>;
