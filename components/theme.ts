export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** A cookie and not local storage: the server then writes the first byte in the right colors, without a script. */
export const themeCookie = 'latchkey-theme';

/** What an unknown cookie value means: the system's own choice. */
export function readTheme(value: string | undefined): Theme {
  return themes.find((theme) => theme === value) ?? 'system';
}
