'use client';

import { type CustomAttribute, listProperties } from '@/lib/mappings/source';

/** Properties of a person for a select, custom attributes last: the field's name first, the property behind it. And what is stored and not listed. */
export function propertyOptions(customAttributes: readonly CustomAttribute[], stored: string | undefined) {
  const options = listProperties('user', customAttributes)
    .filter((property) => property.name !== 'groups')
    .map(({ name, label }) => ({ value: name, label: label === name ? name : `${label} (${name})` }));
  if (!stored || options.some((option) => option.value === stored)) return options;
  return [...options, { value: stored, label: stored }];
}
