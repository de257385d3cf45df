import { Type } from 'typebox';
import { actionsOf, type OrganisationRole } from '../../roles.ts';

/** A role as the documented API shows it. */
export const PROFILE = {
  name: Type.String(),
  description: Type.String(),
  accessLevel: Type.String({ description: 'Highest, High or Low, and Custom for a role of your own' }),
  audiences: Type.Array(Type.String()),
  permissions: Type.Record(Type.String(), Type.Array(Type.String())),
  capabilities: Type.Array(Type.String()),
};

export const viewRole = ({ name, description, accessLevel, audiences, capabilities }: OrganisationRole) => ({
  name,
  description,
  accessLevel,
  audiences: [...audiences],
  permissions: actionsOf(capabilities),
  capabilities: [...capabilities],
});
