import { describe, expect, it } from 'vitest';
import { parseExpression } from '@/lib/mappings/parser';
import { findProperty } from '@/lib/mappings/source';
import { parseScimPath } from '@/lib/scim/path';
import { resolvePlaceholders } from '../placeholders';
import { getTemplate, listTemplates, readTemplate } from './templates';

describe('every template of the catalogue', () => {
  it('is found by its folder alone, the general ones last', () => {
    const ids = listTemplates().map((template) => template.id);
    expect(ids).toContain('egnyte');
    expect(ids.slice(-2).sort()).toEqual(['bookmark', 'custom-saml']);
  });

  for (const template of listTemplates()) {
    const { saml, scim } = template;
    if (!saml) continue;

    it(`${template.id}: default mappings parse, and name properties and attributes that exist`, () => {
      for (const [objectType, mappings] of [
        ['user', scim?.userMappings ?? []],
        ['group', scim?.groupMappings ?? []],
      ] as const) {
        const paths = scim?.[`${objectType}Attributes`].map((attribute) => normal(attribute.path));
        for (const mapping of mappings) {
          expect(paths, mapping.target).toContain(normal(mapping.target));
          if (mapping.kind === 'direct') expect(findProperty(objectType, mapping.source), mapping.source).toBeDefined();
          if (mapping.kind === 'expression') expect(() => parseExpression(mapping.source)).not.toThrow();
        }
        expect(new Set(mappings.map((mapping) => normal(mapping.target))).size).toBe(mappings.length);
        if (mappings.length > 0) expect(mappings.some((mapping) => mapping.matchingPrecedence === 1)).toBe(true);
      }
    });

    it(`${template.id}: every rule is about an attribute that exists`, () => {
      const paths = scim?.userAttributes.map((attribute) => normal(attribute.path));
      for (const rule of scim?.rules ?? []) {
        const targets =
          'target' in rule ? [rule.target] : [rule.if.target, ...('then' in rule ? [rule.then.target] : [])];
        for (const target of targets) expect(paths, target).toContain(normal(target));
      }
    });

    it(`${template.id}: its example values resolve every address of SAML, SCIM and the guide`, () => {
      const values = Object.fromEntries(template.placeholders.map(({ name, example }) => [name, example]));
      for (const { name, example, pattern } of template.placeholders)
        expect(example, name).toMatch(new RegExp(pattern));
      const addresses = [
        saml.spEntityId,
        saml.loginUrl,
        ...saml.acsUrls.map((acs) => acs.url),
        ...(scim?.baseUrlPatterns ?? []).map(({ pattern }) => pattern),
        ...template.guide.sections.flatMap((section) => section.steps.flatMap((step) => step.link?.url ?? [])),
      ];
      for (const address of addresses) expect(resolvePlaceholders(address, values).missing, address).toEqual([]);
    });
  }
});

describe('the vendor', () => {
  it('is at home at its own address, and in the sandbox where there is one', () => {
    const live = readTemplate('egnyte', undefined);
    const demo = readTemplate('egnyte', 'http://localhost:4000/');
    expect(live.saml?.spEntityId).toBe('https://{SUBDOMAIN}.egnyte.com');
    expect(demo.saml?.spEntityId).toBe('http://localhost:4000/egnyte/{SUBDOMAIN}');
    expect(demo.scim?.baseUrlPatterns[0]?.pattern).toBe('http://localhost:4000/egnyte/{SUBDOMAIN}/pubapi/scim/v2');
  });

  it('is refused by name when the catalogue does not have it', () => {
    expect(() => getTemplate('no-such')).toThrow(/no application "no-such"/);
  });
});

function normal(path: string): string {
  return JSON.stringify(parseScimPath(path));
}
