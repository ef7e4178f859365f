import { z } from 'zod';
import { inColumn, lineSetting, linesSetting, ownSetting, type Settings, switchSetting } from '@/lib/core/setting';

/** Bytes of an uploaded user portal image. */
export const maxLogoBytes = 64 * 1024;

/** PNG, JPEG or WebP as a data URL; SVG is refused because it can carry scripts. */
const logoImageSchema = z
  .string()
  .regex(/^data:image\/(?:png|jpeg|webp);base64,[A-Za-z0-9+/]+={0,2}$/, 'Upload a PNG, JPEG or WebP picture')
  .max(Math.ceil(maxLogoBytes / 3) * 4 + 32, 'The picture is larger than 64 KiB');

/** General Info of an application. What is told of it in lists and in the user portal has a column. */
export const generalSettings = {
  displayLabel: inColumn(lineSetting({ label: 'Display Label', max: 100, required: 'Enter a display label' })),
  description: inColumn(linesSetting({ label: 'Description', help: 'Shown under the tile.', max: 500 })),
  logoColor: inColumn(
    ownSetting({
      label: 'Color',
      help: 'Behind the first letter, where there is no picture.',
      schema: z.string().regex(/^#[0-9a-f]{6}$/i, 'Enter a color such as #00968f'),
      stored: z.string(),
      initial: '#00968f',
    }),
  ),
  logoImage: inColumn(
    ownSetting<string | null>({
      label: 'Logo',
      help: 'A data URL.',
      schema: logoImageSchema.nullable(),
      stored: z.string().nullable(),
      initial: null,
    }),
  ),
  showInPortal: inColumn(
    switchSetting({
      label: 'Show in User Portal',
      help: 'A hidden application stays usable when people start at the application.',
      initial: true,
    }),
  ),
  requestable: inColumn(
    switchSetting({
      label: 'Can be asked for',
      help: 'People without access see it in the user portal too, and can ask for it: a mail goes to whoever is told of the application.',
      initial: false,
    }),
  ),
} satisfies Settings;
