import { AlertDeliveries } from '../alerts/deliveries.ts';
import type { Observations } from '../alerts/observations.ts';
import type { Config, ConfigSecrets } from '../config.ts';
import type { EgressPolicy } from '../egress.ts';
import { forgetFirstPassword } from '../first-run.ts';
import type { Logger } from '../log.ts';
import { createMailer } from '../mail/mailer.ts';
import type { Secrets } from '../secrets.ts';
import type { Store } from '../store/store.ts';
import type { Usage } from '../usage/usage.ts';
import { type Accounts, createAccounts } from './accounts.ts';
import { createBackground } from './background.ts';
import { createInvitations, type Invitations } from './invitations.ts';
import { createMinting } from './minting.ts';
import { createNotices, type Notices } from './notices.ts';
import { createSignUps, type SignUps } from './sign-ups.ts';

export interface People extends AsyncDisposable {
  services: {
    accounts: Accounts;
    invitations: Invitations;
    signUps: SignUps;
    notices: Notices;
    alertDeliveries: AlertDeliveries;
  };
}

interface PeopleOptions {
  config: Config;
  smtpUrl: ConfigSecrets['smtpUrl'];
  store: Store;
  secrets: Secrets;
  usage: Usage;
  log: Logger;
  observations: Observations;
  /** Where the API and our pages are reached. */
  base: () => string;
  /** What may be called on a tenant's word. */
  policy: () => EgressPolicy;
}

/** How people come in, and what they are told: sign-ins and passwords, invitations, sign-ups, mails and alerts. */
export function createPeople({ config, smtpUrl, base, policy, ...parts }: PeopleOptions): People {
  const { store, secrets, usage, observations, log } = parts;
  const minting = createMinting(secrets, base);
  const mailer = createMailer({ smtpUrl, from: config.mailFrom, log });
  const background = createBackground(log);
  const notices = createNotices({ store, mailer, background, log, base });
  const alertDeliveries = new AlertDeliveries({ store, secrets, mailer, log, policy, base });
  return {
    services: {
      notices,
      alertDeliveries,
      accounts: createAccounts({
        store,
        minting,
        usage,
        background,
        observations,
        onSignIn: () => forgetFirstPassword(config.data),
      }),
      invitations: createInvitations({ store, minting, notices, observations }),
      signUps: createSignUps({ on: config.signUp, store, secrets, minting, notices, base }),
    },
    async [Symbol.asyncDispose]() {
      await alertDeliveries[Symbol.asyncDispose]();
      await background[Symbol.asyncDispose]();
      await mailer[Symbol.asyncDispose]();
    },
  };
}
