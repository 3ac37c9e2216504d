/**
 * Step checkout: the page a bank would show, `/_3ds/:id`, with the buttons Complete and Fail.
 *
 * Promise: opened by a page it goes on by redirect; inside an iframe it tells its parent
 * `{ type: 'sandbox:3ds', challenge, result: 'passed' | 'failed' }`.
 */
import { Hono } from 'hono';
import { answerChallenge, type ChallengeOutcome } from '../life/challenge-answer.ts';
import { formatMoney } from '../money/currency.ts';
import type { Challenge } from '../objects/challenge.ts';
import type { World } from '../world.ts';
import { successUrl } from './checkout-routes.ts';
import { html, page } from './html.ts';
import { baseStyle } from './style.ts';

const style = `${baseStyle}
main { display: grid; gap: 16px; max-width: 24rem; margin: 0 auto; padding: 32px 16px; }
.buttons { display: grid; grid-template-columns: 1fr 1fr; gap: 12px; }
form, form button { width: 100%; }`;

function challengePage({ id, amount, currency, leavesPage }: Challenge): Response {
  const purpose = amount > 0 && currency !== null ? `pay ${formatMoney(amount, currency)}` : 'keep this way to pay for later payments';
  const body = html`<main>
    <span class="badge" style="justify-self:start">Sandbox bank</span>
    <h1>Confirm that it is you</h1>
    <p>
      The shop wants to ${purpose}.
      ${leavesPage ? 'You are at your bank now; approve it here and go back.' : 'Your bank asks you to approve it.'}
    </p>
    <div class="buttons">
      <form method="post" action="/_3ds/${id}"><input type="hidden" name="result" value="passed" /><button>Complete</button></form>
      <form method="post" action="/_3ds/${id}">
        <input type="hidden" name="result" value="failed" /><button class="quiet">Fail</button>
      </form>
    </div>
  </main>`;
  return page({ title: leavesPage ? 'Sandbox bank' : 'Sandbox bank · 3D Secure', style, body });
}

/** Where a page that was not in an iframe goes on. */
function nextUrl({ challenge, session, problem, redirectUrl }: ChallengeOutcome): string | null {
  if (challenge.subject.kind === 'intent') return redirectUrl;
  if (!session) return null;
  const back = session.return_url?.replaceAll('{CHECKOUT_SESSION_ID}', session.id) ?? null;
  if (session.status === 'complete') return session.success_url === null ? (back ?? redirectUrl) : successUrl(session);
  if (session.ui_mode === 'elements' || session.ui_mode === 'form') return back; // the page there sees that it is still open
  return session.ui_mode === 'hosted_page' ? `/c/pay/${session.id}?problem=${problem ?? 'declined'}` : null;
}

/** Inside an iframe the parent is told; else the browser goes on. The page carries no text from outside. */
function answeredPage(outcome: ChallengeOutcome): Response {
  const { challenge } = outcome;
  const message = JSON.stringify({ type: 'sandbox:3ds', challenge: challenge.id, result: challenge.status }).replaceAll('<', '\\u003c');
  const next = JSON.stringify(nextUrl(outcome)).replaceAll('<', '\\u003c');
  const script = `if (parent !== window) parent.postMessage(${message}, '*'); else if (${next}) location.replace(${next});`;
  const href = nextUrl(outcome);
  const body = html`<main>
    <p>${challenge.status === 'passed' ? 'Confirmed.' : 'Not confirmed.'}</p>
    ${href === null ? null : html`<p><a href="${href}">Go on</a></p>`}
  </main>`;
  return page({ title: 'Sandbox bank · 3D Secure', style, body, script });
}

export function challengePages(world: World): Hono {
  const app = new Hono();
  app.get('/_3ds/:id', ({ req, notFound }) => {
    const challenge = world.tables.challenges.get(req.param('id'));
    return challenge?.status === 'open' ? challengePage(challenge) : notFound();
  });
  app.post('/_3ds/:id', async ({ req, notFound }) => {
    const { result } = await req.parseBody();
    if (world.tables.challenges.get(req.param('id'))?.status !== 'open') return notFound();
    return answeredPage(answerChallenge(world, req.param('id'), result === 'passed'));
  });
  return app;
}
