import { type Static, Type } from 'typebox';
import type { Origin } from '../../audit.ts';
import { capability, has } from '../../capabilities.ts';
import type { SignedIn } from '../../people/minting.ts';
import { findKeyCipher } from '../../store/key.ts';
import { findOrganisation } from '../../store/organisation.ts';
import { iso, Time } from '../schemas.ts';
import type { Services } from '../services.ts';

const READ_API_KEY = capability('apikey:read');

/** [doc] What signing in answers, in whichever way it was done. */
export const SignedInAnswer = Type.Object({
  token: Type.String(),
  expiresAt: Time,
  apiKey: Type.Optional(Type.String({ description: 'Only for nanoAdmin' })),
  user: Type.Object({
    id: Type.String(),
    email: Type.String(),
    permission: Type.String(),
    organisation: Type.Object({ id: Type.String(), name: Type.String(), hash: Type.String() }),
  }),
});

/** Read by the rights of the token that has just been made. */
export async function answerSignedIn(
  services: Services,
  { token, expiresAt, user }: SignedIn,
  action: string,
  origin: Origin,
): Promise<Static<typeof SignedInAnswer>> {
  const scope = await services.enter(token, action, origin);
  const { id, name, hash } = await findOrganisation(scope);
  const cipher = has(scope.grant.principal.rights, READ_API_KEY) ? await findKeyCipher(scope, 'api') : undefined;
  return {
    token,
    expiresAt: iso(expiresAt),
    ...(cipher && { apiKey: services.secrets.decrypt(cipher.key_cipher) }),
    user: { id: user.id, email: user.email, permission: user.role, organisation: { id, name, hash } },
  };
}
