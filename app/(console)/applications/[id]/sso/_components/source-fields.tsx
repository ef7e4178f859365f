'use client';

import { listProperties } from '@/lib/mappings/source';

/** Properties of a person for a select: the field's name first, the property behind it. */
export const propertyOptions = listProperties('user')
  .filter((property) => property.name !== 'groups')
  .map((property) => ({ value: property.name, label: `${property.label} (${property.name})` }));

/** The options, with what is stored but not listed, such as a custom attribute. */
export function withStored(stored: string | undefined) {
  if (!stored || propertyOptions.some((option) => option.value === stored)) return propertyOptions;
  return [...propertyOptions, { value: stored, label: stored }];
}
