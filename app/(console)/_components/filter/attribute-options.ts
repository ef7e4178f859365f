import type { ComboboxOption } from '@/components/ui/combobox';
import type { NamedAttribute } from '@/lib/directory/attribute-definitions';
import type { ObjectType } from '@/lib/mappings/schema';
import { listProperties, namesOf } from '@/lib/mappings/source';
import { membership } from './clause-fields';

/** What no filter asks for: made for those who are in scope, or asked by IsMemberOf. */
const left = ['applicationUsername', 'groups', 'members'];

/**
 * What a clause can be about, custom attributes last; found by other vendors' names, too.
 * @param options `membership` false where a clause asks for attributes alone
 */
export function attributeOptions(
  objectType: ObjectType,
  customAttributes: readonly Pick<NamedAttribute, 'name' | 'label'>[],
  options: { membership?: boolean } = {},
): ComboboxOption[] {
  const custom = objectType === 'user' ? customAttributes : [];
  const properties = listProperties(objectType, custom).filter(({ name }) => !left.includes(name));
  return [
    ...(objectType === 'user' && options.membership !== false ? [membership] : []),
    ...properties.map((property) => ({
      value: property.name,
      label: property.label,
      hint: namesOf(property).join(', '),
    })),
  ];
}
