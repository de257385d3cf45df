import { Type } from 'typebox';
import { type Route, route } from '../route.ts';
import { Email, OneOf, Password, Text } from '../schemas.ts';
import { answerSignedIn, SignedInAnswer } from './signed-in.ts';

const tag = 'Sign-up';

const signUp = route({
  method: 'POST',
  path: '/signup',
  name: 'signUp',
  tag,
  summary: 'Ask for an organisation of your own, whose nanoAdmin you are; off unless LOCKKEEPER_SIGNUP is on',
  access: { public: 'whoever signs up has no account yet' },
  schema: {
    body: Type.Object({ organisation: Text(100), email: Email, password: Password }),
    response: Type.Object({
      success: Type.Literal(true),
      next: OneOf(['confirm', 'signIn']),
    }),
  },
  async handler({ body, services, origin }) {
    return { success: true as const, next: await services.signUps.ask(body, origin) };
  },
});

const confirm = route({
  method: 'POST',
  path: '/signup/confirm',
  name: 'confirmSignUp',
  tag,
  summary: 'Confirm a sign-up by the token that was mailed: makes the organisation, once, and answers like a sign-in',
  access: { public: 'the token stands for whoever signed up, who has no account yet' },
  schema: { body: Type.Object({ token: Text(200) }), response: SignedInAnswer },
  async handler({ body, services, origin }) {
    const signedIn = await services.signUps.confirm(body.token, origin);
    return answerSignedIn(services, signedIn, 'confirmSignUp', origin);
  },
});

export const signUps: readonly Route[] = [signUp, confirm];
