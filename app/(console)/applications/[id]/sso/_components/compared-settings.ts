import { inWords } from '@/components/patterns/conflict';
import { ssoSettingWords } from '@/lib/sso/setting-words';

/** The settings as they are compared with what somebody else saved. */
export const comparedSettings = Object.fromEntries(
  Object.entries(ssoSettingWords).map(([name, { label }]) => [name, { label, say: settingInWords }]),
);

/** ACS URLs, attributes and the source of NameID are told by what names them. */
function settingInWords(value: unknown): string {
  if (Array.isArray(value)) return inWords(value.map(nameOf));
  return inWords(nameOf(value));
}

function nameOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('url' in value) return value.url;
  if ('name' in value) return value.name;
  if ('requested' in value) return value.requested;
  return 'source' in value ? value.source : value;
}
