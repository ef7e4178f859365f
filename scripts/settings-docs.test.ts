import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ssoDraftSchema } from '@/lib/applications/schema';
import { generalSettings } from '@/lib/applications/settings';
import { inWords, type Setting, type Settings } from '@/lib/core/setting';
import { scheduleSettings } from '@/lib/imports/schedule-settings';
import { connectionParts, connectionSettings } from '@/lib/provisioning/settings';
import { serverProfile } from '@/lib/scim/profile';
import { installationSettings, settingSections } from '@/lib/settings/schema';
import { ssoSettingWords } from '@/lib/sso/setting-words';

const intro = `# Settings

What can be set, as the console calls it and as the HTTP API does. The tables are written from the declarations by
\`npx vitest run scripts/settings-docs.test.ts -u\`; a test fails where they are not.
`;

const chapters: [string, string, Settings][] = [
  ['Application › General Info', '`/applications/{application}`', generalSettings],
  ['Application › Identity Management', '`/applications/{application}/identity-management`', connectionSettings],
  [
    'Application › Identity Management: what the server can do',
    '`/applications/{application}/identity-management/profile`',
    serverProfile,
  ],
  [
    'Application › Import: scheduled imports',
    '`/applications/{application}/import-settings`, as `schedule`',
    scheduleSettings,
  ],
  ...settingSections.map(({ title, settings }): [string, string, Settings] => [
    `Settings › General: ${title}`,
    '`/settings`',
    settings,
  ]),
];

/** SSO settings are declared by their schema, and said in words beside it. */
function ssoTable(): string {
  const initial: Record<string, unknown> = ssoDraftSchema.parse({});
  const rows = Object.entries<{ label: string; help?: string }>(ssoSettingWords).map(
    ([name, { label, help = '' }]) =>
      `| ${cell(label)} | \`settings.${name}\` | ${cell(ssoAtFirst(initial[name]))} | ${cell(help)} |`,
  );
  return ['| setting | in the API | at first | |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function ssoAtFirst(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'object' ? '' : String(value);
}

const cell = (text: string) => text.replaceAll('|', '\\|');

function atFirst(setting: Setting<unknown>): string {
  const { initial, control } = setting;
  if (control.kind === 'own' || initial === '' || initial === null) return '';
  return inWords(setting, initial) ?? String(initial);
}

function table(settings: Settings): string {
  const rows = Object.entries(settings).map(
    ([name, setting]) =>
      `| ${cell(setting.label)} | \`${name}\` | ${cell(atFirst(setting))} | ${cell(setting.help ?? '')} |`,
  );
  return ['| setting | in the API | at first | |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

test('docs/settings.md has every setting, as it is declared', async () => {
  const text = chapters.map(([title, path, settings]) => `## ${title}\n\nIn the API: ${path}.\n\n${table(settings)}\n`);
  text.splice(
    1,
    0,
    `## Application › SSO\n\nIn the API: \`/applications/{application}/sso\`. Placeholders, the IdP Entity ID (\`idpEntityId\`) and the SP certificates (\`spCertificates\`) stand beside them.\n\n${ssoTable()}\n`,
  );
  await expect([intro, ...text].join('\n')).toMatchFileSnapshot(join(import.meta.dirname, '../docs/settings.md'));
});

test('every setting of the installation stands on the screen, once', () => {
  const shown = settingSections.flatMap(({ settings }) => Object.keys(settings));
  expect(shown.toSorted()).toEqual(Object.keys(installationSettings).toSorted());
});

test('every setting of a connection stands in one part of its screen', () => {
  const shown = Object.values(connectionParts)
    .flatMap(({ sections }): readonly { settings: Settings }[] => sections)
    .flatMap(({ settings }) => Object.keys(settings));
  expect(shown.toSorted()).toEqual(Object.keys(connectionSettings).toSorted());
});
