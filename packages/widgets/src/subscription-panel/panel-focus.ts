/** Step 7, panel: where the focus goes when a view has opened or closed, and after something was done. */

/** What is open in the panel, as far as the focus depends on it. */
export interface Opened {
  /** A request waits until the customer has signed in again. */
  readonly waits: boolean;
  /** Name of the view in front; empty when none is open. */
  readonly face: string;
  /** Id of the subscription that the view is about; `wallet` for the payment methods. */
  readonly subject: string;
  /** Id of the payment method that something is under way for, if any. */
  readonly busyCard: string;
}

export class PanelFocus {
  #before: Opened = { waits: false, face: '', subject: '', busyCard: '' };
  #next = '';

  /** Something was done to a subscription, or with `wallet` to a card: the focus goes on at its heading. */
  continueAt(subject: string): void {
    this.#next = subject;
  }

  /** Somebody else is here: nothing is gone on with. */
  reset(): void {
    this.#before = { waits: false, face: '', subject: '', busyCard: '' };
    this.#next = '';
  }

  /** After each drawing. */
  update(panel: HTMLElement, root: ShadowRoot, opened: Opened): void {
    const before = this.#before;
    this.#before = opened;
    if (opened.face && opened.face !== before.face) {
      this.#next = '';
      return openedAt(root, opened)?.focus();
    }
    if (before.face && !opened.face) this.#next ||= before.subject;
    if (before.busyCard.startsWith('pm_') && !opened.busyCard) this.#next ||= 'wallet';
    if (!this.#next || opened.face) return;
    const target = headingOf(root, this.#next) ?? root.querySelector<HTMLElement>('[role="alert"][tabindex], [role="status"][tabindex]');
    this.#next = '';
    if (isLost(panel, root)) target?.focus();
  }
}

function openedAt(root: ShadowRoot, { waits, subject, face }: Opened): HTMLElement | null {
  if (waits) return root.querySelector('.step-up');
  return face.startsWith('pm_') ? root.querySelector('.asked') : headingOf(root, subject);
}

function headingOf(root: ShadowRoot, subject: string): HTMLElement | null {
  if (subject === 'wallet') return root.querySelector('.wallet h2');
  const articles = [...root.querySelectorAll('article')];
  return articles.find(({ dataset }) => dataset['subscription'] === subject)?.querySelector('h2') ?? null;
}

/** Whether the element that had the focus is gone or disabled; whoever has gone elsewhere meanwhile stays there. */
function isLost(panel: HTMLElement, root: ShadowRoot): boolean {
  if (root.activeElement) return root.activeElement.matches(':disabled');
  const outer = panel.getRootNode();
  const active = outer instanceof ShadowRoot ? outer.activeElement : document.activeElement;
  return active === null || active === document.body || active === panel;
}
