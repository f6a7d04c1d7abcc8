// What every story begins with: a server of its own, and a page whose every complaint on the
// console is a failure. `test` and `expect` are imported from here, never from Playwright.
import { type ConsoleMessage, type Page, test as base } from '@playwright/test';

import { Server, type ServerOptions } from './server';

export { expect } from '@playwright/test';
export type { Locator, Page } from '@playwright/test';
export { expectAccessible } from './accessible';
export { expectFits } from './fits';
export { shots } from './shots';
export { call } from './pages/calls';
export { ADMINISTRATOR, signIn, welcome } from './pages/identity';

/** Complaints that a story foresees, for instance while its server is down. */
export class Complaints {
  // A container of another story that starts is a change of the network to the browser, which breaks off what it loads.
  private foreseen: RegExp[] = [/ERR_NETWORK_CHANGED/];
  readonly heard: string[] = [];

  /** From now on what matches is no failure. */
  foresee(...patterns: RegExp[]): void {
    this.foreseen.push(...patterns);
  }

  /** Listens to one more page; the story's own page is listened to already. */
  listen(page: Page): void {
    page.on('console', (message) => this.console(message));
    page.on('pageerror', (problem) => this.hear(`uncaught: ${problem.stack ?? problem.message}`));
  }

  private console(message: ConsoleMessage): void {
    if (message.type() !== 'error') return;
    const { url, lineNumber } = message.location();
    this.hear(`${message.text()} (${url}:${lineNumber})`);
  }

  private hear(text: string): void {
    if (!this.foreseen.some((pattern) => pattern.test(text))) this.heard.push(text);
  }
}

interface Fixtures {
  /** `test.use({ server: { demo: true } })` chooses how the server starts. */
  server: ServerOptions;
  berth: Server;
  complaints: Complaints;
  /** A page of another browser, for somebody else; it is listened to as well. */
  other: Page;
}

export const test = base.extend<Fixtures>({
  server: [{}, { option: true }],

  berth: async ({ server }, use, info) => {
    const berth = await Server.start(server);
    await use(berth);
    const output = berth.output;
    await berth.discard();
    if (info.status !== info.expectedStatus) {
      await info.attach('server output', { body: output, contentType: 'text/plain' });
    }
  },

  // Addresses in stories are relative to the story's own server.
  baseURL: async ({ berth }, use) => use(berth.url),

  other: async ({ browser, berth, complaints }, use) => {
    const context = await browser.newContext({ baseURL: berth.url });
    const page = await context.newPage();
    complaints.listen(page);
    await use(page);
    await context.close();
  },

  complaints: [
    async ({ page }, use) => {
      const complaints = new Complaints();
      complaints.listen(page);
      await use(complaints);
      if (complaints.heard.length > 0) {
        throw new Error(`the browser complained:\n${complaints.heard.join('\n')}`);
      }
    },
    { auto: true },
  ],
});
