'use client';

import { Upload } from 'lucide-react';
import { useRef, useState } from 'react';
import { AppTile, tileColors } from '@/components/ui/app-tile';
import { Button } from '@/components/ui/button';
import { cn } from '@/components/ui/cn';
import { FieldSet } from '@/components/ui/field';
import { shrinkPicture } from './shrink-picture';

export interface PortalImage {
  logoColor: string;
  logoImage: string | null;
}

/** User Portal Image: initials on a color, or an uploaded logo. */
export function PortalImageField({
  name,
  value,
  error,
  templateColor,
  onChange,
}: {
  name: string;
  value: PortalImage;
  error?: string | undefined;
  /** Offered first. */
  templateColor?: string | undefined;
  onChange: (value: PortalImage) => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<string>();
  const upload = async (file: File | undefined) => {
    if (!file) return;
    setProblem(undefined);
    try {
      onChange({ ...value, logoImage: await shrinkPicture(file) });
    } catch (cause) {
      setProblem(cause instanceof Error ? cause.message : 'The picture could not be read.');
    }
  };
  const colors = [...new Set([templateColor, value.logoColor, ...Object.values(tileColors)])].filter(
    (color): color is string => Boolean(color),
  );
  return (
    <FieldSet legend="User Portal Image" help="A logo of up to 64 KiB, or a color." error={problem ?? error}>
      <div className="flex flex-wrap items-center gap-4">
        <AppTile name={name || '?'} color={value.logoColor} image={value.logoImage} size="xl" />
        <div className="grid gap-2">
          <div className="flex flex-wrap gap-2">
            <Button size="sm" onClick={() => input.current?.click()}>
              <Upload aria-hidden /> {value.logoImage ? 'Replace logo' : 'Upload logo'}
            </Button>
            {value.logoImage && (
              <Button size="sm" variant="ghost" onClick={() => onChange({ ...value, logoImage: null })}>
                Remove logo
              </Button>
            )}
            <input
              ref={input}
              type="file"
              accept="image/png,image/jpeg,image/webp"
              aria-label="Logo file"
              className="sr-only"
              tabIndex={-1}
              onChange={(event) => {
                void upload(event.target.files?.[0]);
                event.target.value = '';
              }}
            />
          </div>
          {!value.logoImage && (
            <div role="radiogroup" aria-label="Color" className="flex flex-wrap gap-1.5">
              {colors.map((color) => (
                // biome-ignore lint/a11y/useSemanticElements: a swatch; radio inputs cannot show the color.
                <button
                  key={color}
                  type="button"
                  role="radio"
                  aria-checked={color === value.logoColor}
                  aria-label={`Color ${color}`}
                  onClick={() => onChange({ ...value, logoColor: color })}
                  className={cn(
                    'size-6 rounded-md border-2 border-surface',
                    color === value.logoColor && 'outline-2 outline-ink',
                  )}
                  style={{ backgroundColor: color }}
                />
              ))}
            </div>
          )}
        </div>
      </div>
    </FieldSet>
  );
}
