// How the journeys run: never repeated, in the Chromium of this machine, two files at a time, for a journey waits half of
// its time.
// Servers are not started here: each story starts its own (see fixtures.ts).
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'stories',
  outputDir: 'test-results/traces',
  workers: 2,
  fullyParallel: false,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env.CI),
  // xtask counts from the report.
  reporter: [['line'], ['json', { outputFile: 'test-results/report.json' }]],
  use: {
    // What cannot be pressed within this time is not there.
    actionTimeout: 20_000,
    browserName: 'chromium',
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    // A film of every page costs as much as the page; where nobody looks, a failure leaves a picture.
    trace: process.env.CI ? 'off' : 'retain-on-failure',
    screenshot: process.env.CI ? 'only-on-failure' : 'off',
    launchOptions: {
      executablePath: process.env.BERTH_BROWSER ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
