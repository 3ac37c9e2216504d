/** How a mail leaves the server; the module's parts know nothing of SMTP. */
export interface Mail {
  /** One address. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Two-letter language of the text. */
  readonly language: string;
  /** Makes a repeated delivery recognizable (`Message-ID`). */
  readonly id?: string;
}

/** Sends one mail; throws when it was not accepted, to be tried again by whoever asked. */
export interface MailTransport {
  send(mail: Mail): Promise<void>;
}
