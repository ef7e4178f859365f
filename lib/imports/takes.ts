/** What an import takes of an application. */
export const importTakes = ['people', 'groups', 'people_and_groups'] as const;
export type ImportTakes = (typeof importTakes)[number];
export const takesWords = {
  people: 'People',
  groups: 'User groups',
  people_and_groups: 'People and user groups',
} satisfies Record<ImportTakes, string>;
