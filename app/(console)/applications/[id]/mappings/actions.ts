'use server';

import { setTargetAttributes } from '@/lib/applications/set-target-attributes';
import { resetMappings, revertMappings, updateMappings } from '@/lib/applications/update-mappings';
import { toAction } from '@/lib/auth/to-action';
import { links } from '@/lib/core/links';
import { updateScopeFilter } from '@/lib/provisioning/update-scope-filter';

const revalidate = ({ id }: { id: string }) => links.application(id).overview();

export const saveMappingsAction = toAction(updateMappings, { revalidate });

export const setTargetAttributesAction = toAction(setTargetAttributes, { revalidate });

export const resetMappingsAction = toAction(resetMappings, { revalidate });

export const revertMappingsAction = toAction(revertMappings, { revalidate });

export const saveScopeFilterAction = toAction(updateScopeFilter, { revalidate });
