'use client';

import { useState } from 'react';
import { FormError } from '@/components/patterns/form-error';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { Select } from '@/components/ui/select';
import type { FieldOption } from '@/lib/batches/file-columns';
import { mapUserFileAction } from '../../../actions';

/** Stands for a column that is left out: a select has no empty value. */
const leftOut = '-';

/** What each column of the file is; guessed, and chosen anew. */
export function FileColumns({
  id,
  version,
  header,
  columns,
  options,
  readOnly,
}: {
  id: string;
  version: number;
  header: readonly string[];
  columns: readonly string[];
  options: readonly FieldOption[];
  readOnly: boolean;
}) {
  const [chosen, setChosen] = useState([...columns]);
  const save = useAction(() => mapUserFileAction({ id, version, columns: chosen }), { showError: 'inline' });
  const dirty = chosen.some((column, index) => column !== columns[index]);
  return (
    <Card title="Columns" description="Guessed by their heads. An empty cell leaves what is stored as it is.">
      <div className="grid gap-4">
        <FormError error={save.error} />
        <ul className="grid gap-x-6 gap-y-3 sm:grid-cols-2 xl:grid-cols-3">
          {header.map((head, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: columns of a file are told apart by their place alone.
            <li key={index} className="grid grid-cols-[minmax(0,1fr)_minmax(0,1.2fr)] items-center gap-3">
              <span className="truncate" title={head}>
                {head || `Column ${index + 1}`}
              </span>
              <Select
                aria-label={`What the column ${head || index + 1} is`}
                disabled={readOnly}
                value={chosen[index] || leftOut}
                options={[{ value: leftOut, label: 'Left out' }, ...options]}
                onValueChange={(value) =>
                  setChosen(chosen.map((one, place) => (place === index ? (value === leftOut ? '' : value) : one)))
                }
              />
            </li>
          ))}
        </ul>
        {dirty && (
          <Button className="w-fit" pending={save.pending} onClick={() => void save.run()}>
            Review with these columns
          </Button>
        )}
      </div>
    </Card>
  );
}
