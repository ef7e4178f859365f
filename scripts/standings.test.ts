import { expect, test } from 'vitest';

/** The source of everything that runs, by its path. */
const sources = Object.entries(
  import.meta.glob<string>('/{lib,app,components}/**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true }),
).filter(([file]) => !/(\/generated\/|\/testing\/|\.test\.tsx?$)/.test(file));

/** What tells that a file works out for itself how somebody stands in an application, and who may, with why. */
const rules: readonly { asks: string; found: (source: string) => boolean; may: Readonly<Record<string, string>> }[] = [
  {
    asks: 'who is let in, of the tables that say so',
    found: (source) => /\beffective_members\b/.test(source) && /\bapplication_groups\b/.test(source),
    may: {
      '/lib/applications/scope.ts': 'everybody who is let in, as sets, and the condition for one',
      '/lib/applications/standings.ts': 'the groups by which somebody is let in',
      '/lib/applications/scope-change.ts': 'who would be let in after a change that is not made',
      '/lib/applications/association-impact.ts': 'who would be let in by other groups than are associated',
    },
  },
  {
    asks: 'whether somebody is assigned',
    found: (source) => /\bapplication_users\b/.test(source) && /\bassigned\b/.test(source),
    may: {
      '/lib/applications/scope.ts': 'as above',
      '/lib/applications/standings.ts': 'as above',
      '/lib/applications/scope-change.ts': 'as above',
      '/lib/applications/association-impact.ts': 'as above',
      '/lib/applications/copy-application.ts': 'gives it to another application, by what is stored',
    },
  },
  {
    asks: 'by which name somebody is known',
    found: (source) => /\bapplicationUsername\((?!\s*\{)/.test(source),
    may: {
      '/lib/applications/application-username.ts': 'says it',
      '/lib/applications/standings.ts': 'asks it of people as they are',
      '/lib/applications/naming.ts': 'keeps names of everybody, to find who shares one',
      '/lib/applications/check-username-rules.ts': 'by a format that is not saved',
      '/lib/applications/judge-usernames.ts': 'by a name that is not typed yet',
      '/lib/provisioning/queries/link-detail.ts': 'by the format alone, beside the one that was typed',
      '/lib/mappings/username-format.ts': 'evaluates the format',
      '/lib/sso/keep-own-names.ts': 'of a person who is not saved',
    },
  },
  {
    asks: 'which name was typed for somebody',
    found: (source) => /applicationUser\.find|assignments: (true|\{)/.test(source),
    may: {
      '/lib/applications/settle-names.ts': 'keeps names of everybody, to find who shares one',
    },
  },
];

test.each(rules)('nobody else works out $asks', ({ found, may }) => {
  expect(sources.length).toBeGreaterThan(500);
  const finding = sources.filter(([, source]) => found(source)).map(([file]) => file);
  expect(finding.sort()).toEqual(Object.keys(may).sort());
});

test.each([
  ['SELECT 1 FROM effective_members e JOIN application_groups a ON a.group_id = e.group_id', 0],
  ['SELECT user_id FROM application_users WHERE assigned', 1],
  ['const name = applicationUsername(format, user, null, now());', 2],
  ['db.applicationUser.findMany({ where: { userId } })', 3],
  ['include: { assignments: { where: { applicationId } } }', 3],
])('%s is found', (source, index) => {
  expect(rules.map(({ found }) => found(source))).toEqual(rules.map((_, place) => place === index));
});
