// A terminal in a real container: typed into, made smaller, broken off by a Berth that is killed, left by the keyboard,
// ended and opened again; what the container uses, as charts; and why there is no terminal where nothing runs.
import { hasEngine, story } from '../engine';
import { type Page, expect, expectAccessible, shots, welcome } from '../fixtures';
import { inColorScheme } from '../themes';

const START_MS = 60_000;

story.skip(!hasEngine, 'needs a container engine');

const screen = (page: Page) => page.locator('.xterm-rows');

async function type(page: Page, line: string): Promise<void> {
  await page.keyboard.type(line);
  await page.keyboard.press('Enter');
}

story('a terminal in a container', async ({ page, berth, complaints }) => {
  story.setTimeout(4 * 60_000);
  await welcome(page, await berth.link());
  const projectId = (await berth.api('GET', '/api/v1/org-unit/projects')).projects[0].id;
  const clusterId = (await berth.api('GET', '/api/v1/clusters'))[0].uuid;
  const spec = { image: 'localhost/busy:1', command: 'sleep', args: '1000', terminationGracePeriodSeconds: 1 };
  const made = await berth.api('POST', '/api/v1/workloads/workspaces', { name: 'shell', projectId, clusterId, spec });
  const scripts: string[] = [];
  page.on('request', (request) => scripts.push(new URL(request.url()).pathname));
  await page.goto(`/workloads?open=${made.workloadId}`);
  const pane = page.getByRole('complementary').or(page.getByRole('dialog'));
  await expect(page.getByRole('row').filter({ hasText: 'shell' })).toContainText('Running', { timeout: START_MS });
  expect(scripts.filter((path) => path.startsWith('/terminal/'))).toEqual([]);

  // By keyboard alone: to the tab, into the shell.
  await page.getByRole('tab', { name: 'Event history' }).focus();
  for (let step = 0; step < 6; step++) await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'Terminal' })).toHaveAttribute('aria-selected', 'true');
  const status = pane.getByRole('status').filter({ hasText: /Connect|connection|shell/ });
  await expect(status).toHaveText('Connected');
  await expect(page.getByRole('textbox', { name: 'Terminal of shell' })).toBeFocused();
  await type(page, 'echo $((6 * 7)) is what $TERM says');
  await expect(screen(page)).toContainText('42 is what xterm-256color says');
  await expectAccessible(page);
  await shots(page, 'workload-terminal');

  // It goes with the colours of the system, as the page does.
  const ink = () => screen(page).evaluate((rows) => getComputedStyle(rows).color);
  const light = await ink();
  await inColorScheme(page, 'dark', () => expect.poll(ink).not.toBe(light));
  await expect.poll(ink).toBe(light);

  // The shell knows how large its window is.
  await type(page, 'clear; stty size');
  await expect(screen(page)).toContainText(/\d+ \d+/);
  const size = async () => /(\d+) (\d+)/.exec((await screen(page).textContent()) ?? '')?.[2];
  const before = await size();
  await page.setViewportSize({ width: 900, height: 900 });
  await expect(async () => {
    await type(page, 'clear; stty size');
    expect(await size()).not.toBe(before);
  }).toPass();
  await page.setViewportSize({ width: 1440, height: 900 });

  // Other tabs do not end it.
  await type(page, 'clear; mine=17');
  await page.getByRole('tab', { name: 'Details' }).click();
  await page.getByRole('tab', { name: 'Terminal' }).click();
  await page.locator('.xterm-screen').click();
  await type(page, 'echo still $mine');
  await expect(screen(page)).toContainText('still 17');

  // Tab is the shell's; Escape and Tab lead on.
  await page.keyboard.press('Tab');
  await expect(page.getByRole('textbox', { name: 'Terminal of shell' })).toBeFocused();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('textbox', { name: 'Terminal of shell' })).not.toBeFocused();
  await expect(pane).toBeVisible();

  // A Berth that is killed and comes back: the terminal does so by itself, and says that the shell is another one.
  complaints.foresee(/WebSocket/, /ERR_/, /50\d/);
  await berth.restart();
  await expect(status).toHaveText('Connected', { timeout: START_MS });
  await expect(screen(page)).toContainText('a new shell', { timeout: START_MS });
  await page.locator('.xterm-screen').click();
  await type(page, 'clear; echo and ${mine:-nothing} more');
  await expect(screen(page)).toContainText('and nothing more');

  await type(page, 'exit 3');
  await expect(status).toHaveText('The shell has ended with code 3');
  await pane.getByRole('button', { name: 'Connect again' }).click();
  await expect(status).toHaveText('Connected');
  await type(page, 'echo once more');
  await expect(screen(page)).toContainText('once more');

  // What it uses is measured every half minute, and drawn; the table says the same.
  await page.getByRole('tab', { name: 'Metrics' }).click();
  const chart = page.getByRole('figure').filter({ has: page.getByRole('heading', { name: 'CPU memory' }) });
  await expect(chart).toContainText(/MB|kB/, { timeout: 90_000 });
  await expect(page.getByRole('heading', { name: 'CPU compute' })).toBeVisible();
  await page.getByText('Since first run').click();
  await expect(page.getByRole('radio', { name: 'Since first run' })).toBeChecked();
  await chart.getByText('CPU memory as a table').click();
  await expect(chart.getByRole('table', { name: 'CPU memory as a table' }).getByRole('row')).not.toHaveCount(1);
  await expectAccessible(page);
  await shots(page, 'workload-metrics');
  const hour = 3_600_000;
  const range = `start=${new Date(Date.now() - hour).toISOString()}&end=${new Date(Date.now() + hour).toISOString()}`;
  const asked = `metricType=CPU_MEMORY_USAGE_BYTES&numberOfSamples=1&${range}`;
  const { measurements } = await berth.api('GET', `/api/v1/workloads/${made.workloadId}/metrics?${asked}`);
  expect(Number(measurements[0].values[0].value)).toBeGreaterThan(1_000);

  await pane.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.getByRole('tab', { name: 'Terminal' }).click();
  await expect(pane.getByText('A terminal is there while it runs.')).toBeVisible({ timeout: START_MS });
});
