import { type Static, Type } from 'typebox';
import { type Capability, type CapabilityId, capability } from '../../capabilities.ts';
import { rolesWith } from '../../roles.ts';

/** A row of the matrix in words, for people. */
export const CapabilityWords = Type.Object({
  capability: Type.String(),
  title: Type.String(),
  sentence: Type.String({ description: 'Completes “You may not …” and “Lets you …”' }),
});

export const MissingCapability = Type.Object({
  ...CapabilityWords.properties,
  grantedTo: Type.Array(Type.String(), { description: 'The predefined roles that hold it' }),
});

/** What moves media is nobody's in a role, and no person lacks it. */
export const isForPeople = ({ grants }: Capability): boolean => grants !== '-';

export function viewCapability(id: CapabilityId): Static<typeof CapabilityWords> {
  const { title, sentence } = capability(id);
  return { capability: id, title, sentence };
}

export const viewMissing = (id: CapabilityId): Static<typeof MissingCapability> => ({
  ...viewCapability(id),
  grantedTo: rolesWith(id),
});
