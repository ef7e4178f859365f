import { initials } from './avatar';
import { cn } from './cn';

/** Colors an administrator may give a tile: all carry white text at 4.5 : 1 or more. */
export const tileColors = {
  indigo: '#4050d2',
  blue: '#1f6fb8',
  teal: '#0f766e',
  green: '#2f7a37',
  olive: '#6b6d10',
  amber: '#9a5b00',
  red: '#b83227',
  rose: '#b8326b',
  violet: '#7a45c4',
  slate: '#4f5b6b',
} as const;

export type TileColor = keyof typeof tileColors;

/** The same color for the same name, for applications that have none chosen. */
export function tileColorFor(name: string): TileColor {
  const keys = Object.keys(tileColors) as TileColor[];
  let sum = 0;
  for (const char of name) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) >>> 0;
  return keys[sum % keys.length] ?? 'slate';
}

const sizes = {
  sm: 'size-6 rounded-sm text-xs',
  md: 'size-8 rounded-md text-xs',
  lg: 'size-12 rounded-lg text-base',
  xl: 'size-16 rounded-lg text-lg',
};

/** The face of an application: an uploaded image, or initials on a color. `color` is a TileColor or #rrggbb. */
export function AppTile({
  name,
  color,
  image,
  size = 'md',
  className,
}: {
  name: string;
  color?: string | null | undefined;
  /** URL of the uploaded image. */
  image?: string | null | undefined;
  size?: keyof typeof sizes;
  className?: string;
}) {
  const style = cn('inline-grid shrink-0 select-none place-items-center overflow-hidden', sizes[size], className);
  if (image) {
    return (
      <span aria-hidden className={cn(style, 'border border-line bg-white')}>
        {/* biome-ignore lint/performance/noImgElement: uploads are small and served by our own route. */}
        <img src={image} alt="" className="size-full object-contain" />
      </span>
    );
  }
  const named = color && color in tileColors ? tileColors[color as TileColor] : color;
  const backgroundColor = named || tileColors[tileColorFor(name)];
  return (
    <span
      aria-hidden
      className={cn(style, 'font-semibold')}
      style={{ backgroundColor, color: readableOn(backgroundColor) }}
    >
      {initials(name)}
    </span>
  );
}

/** White, or black where white has less than 4.5 : 1 (WCAG 2.2, 1.4.3): a color may be anything. */
function readableOn(color: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return 1.05 / (luminance + 0.05) >= 4.5 ? '#fff' : '#000';
}
