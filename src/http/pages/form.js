{
  const form = document.getElementById('form');
  const reason = document.getElementById('reason');
  const done = document.getElementById('done');
  const button = form.querySelector('button');
  const fields = [...form.querySelectorAll('input:not([type=checkbox])')];
  const [password, again, show] = ['password', 'again', 'show'].map((id) => document.getElementById(id));
  const base = location.pathname.replace(/\/[^/]+\/?$/, '');
  const ticket = location.hash.slice(1);

  const refuse = (words, field) => {
    reason.textContent = words;
    for (const input of fields) input.toggleAttribute('aria-invalid', input === field);
    field?.focus();
  };

  async function call(method, path, body) {
    const headers = { 'Content-Type': 'application/json' };
    // Without cookies: what is in the body alone says who acts.
    const answer = await fetch(base + path, { method, headers, body: JSON.stringify(body), credentials: 'omit' });
    const json = await answer.json();
    if (answer.ok) return json;
    const { reason: why, parameter } = json.error.userinfo ?? {};
    if (parameter === 'resetToken' || parameter === 'token')
      throw new Error(`This link does not work. ${why}. Ask for a new one.`);
    throw new Error(why ?? json.error.message);
  }

  /** `problem` names what is wrong with what was typed, and where; `send` gives the words for when it is done. */
  function serve({ problem, send, needsTicket = true }) {
    const incomplete = () => refuse('This link is not complete. Open it exactly as you got it.');
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      if (button.ariaDisabled === 'true') return;
      if (needsTicket && !ticket) return incomplete();
      const wrong = problem();
      if (wrong) return refuse(...wrong);
      refuse('');
      button.ariaDisabled = 'true';
      try {
        const words = await send();
        history.replaceState(null, '', location.pathname);
        form.reset();
        form.hidden = true;
        done.textContent = words;
        done.focus();
      } catch (error) {
        refuse(error instanceof TypeError ? 'The server cannot be reached. Try again.' : error.message, fields[0]);
      } finally {
        button.ariaDisabled = 'false';
      }
    });
    show?.addEventListener('change', () => {
      for (const input of [password, again]) input.type = show.checked ? 'text' : 'password';
    });
    if (needsTicket && !ticket) incomplete();
    else (fields[0] ?? button).focus();
  }

  const passwordProblem = () => {
    if (!password.value) return ['Type a password.', password];
    if (password.value !== again.value) return ['The two are not the same.', again];
  };
  const emailProblem = (input) => {
    if (!/^\S+@\S+$/.test(input.value.trim())) return ['Type your e-mail address.', input];
  };

  globalThis.form = { serve, call, ticket, password, passwordProblem, emailProblem };
}
