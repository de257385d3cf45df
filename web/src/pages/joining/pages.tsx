import { visitor } from '../../api.ts';
import { useMessages } from '../../language.tsx';
import { LinkForm } from './link-form.tsx';
import { joining } from './messages.ts';

/** Where an invitation leads. */
export function Invitation() {
  const words = useMessages(joining);
  return (
    <LinkForm
      title={words.joinTitle}
      asks={['email', 'password']}
      action={words.join}
      send={async ({ ticket, email, password }) => {
        const { user } = await visitor.post('/user/invite/accept', { body: { token: ticket, email, password } });
        return words.joined(user.permission, user.organisation.name);
      }}
    />
  );
}

/** Where the link to a new password leads. */
export function SetPassword() {
  const words = useMessages(joining);
  return (
    <LinkForm
      title={words.setTitle}
      asks={['password']}
      action={words.set}
      send={async ({ ticket, password }) => {
        await visitor.put('/user/password', { body: { resetToken: ticket, password } });
        return words.isSet;
      }}
    />
  );
}

/** Where such a link is asked for. */
export function ForgotPassword() {
  const words = useMessages(joining);
  return (
    <LinkForm
      title={words.forgotTitle}
      asks={['email']}
      needsTicket={false}
      action={words.forgot}
      send={async ({ email }) => {
        await visitor.post('/user/password', { body: { email } });
        return words.asked;
      }}
    />
  );
}

/** Where the mail after a sign-up leads. */
export function ConfirmSignUp() {
  const words = useMessages(joining);
  return (
    <LinkForm
      title={words.confirmTitle}
      lead={words.confirmLead}
      asks={[]}
      action={words.confirm}
      send={async ({ ticket }) => {
        const { user } = await visitor.post('/signup/confirm', { body: { token: ticket } });
        return words.confirmed(user.organisation.name, user.email);
      }}
    />
  );
}
