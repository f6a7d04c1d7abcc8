// From a fresh data folder to a real JupyterLab in a container: a cell is run over its WebSocket, the workspace is
// stopped and run again, and the file is still on its volume. Then two of them where tools have ports instead of names.
import { hasNotebooks, story } from '../engine';
import { type Locator, type Page, expect, expectAccessible, shots, welcome } from '../fixtures';

const START_MS = 120_000;

const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });

story.use({ notebooks: true });
story.skip(!hasNotebooks, 'needs a container engine and the image of scripts/jupyter-image.sh');

/** Opens the tool that a control leads to, beside the page. */
async function connect(page: Page, control: Locator): Promise<Page> {
  const [tool] = await Promise.all([page.context().waitForEvent('page'), control.click()]);
  return tool;
}

/** Runs a cell of a new notebook; gives what it printed. */
async function runCell(lab: Page, code: string): Promise<Locator> {
  await lab.locator('.jp-LauncherCard[data-category="Notebook"]').first().click();
  // What is run before there is a kernel is not run.
  await expect(lab.getByRole('button', { name: /\| Idle$/ })).toBeVisible({ timeout: START_MS });
  const cell = lab.locator('.jp-Notebook .jp-Cell .cm-content').last();
  // The notebook draws itself anew while its kernel starts.
  await expect(async () => {
    await cell.click();
    await lab.keyboard.press('ControlOrMeta+A');
    await lab.keyboard.type(code);
    await expect(cell).toContainText('print', { timeout: 2_000 });
  }).toPass({ timeout: START_MS });
  await lab.keyboard.press('Shift+Enter');
  return lab.locator('.jp-OutputArea-output').first();
}

story('a notebook, from nothing', async ({ page, berth, complaints }) => {
  story.setTimeout(8 * 60_000);
  await welcome(page, await berth.link());
  await page.goto('/workloads/new');
  await page.getByLabel('Workspace name').fill('lab');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Image URL').fill('localhost/jupyter:1');
  await page.getByText('+Command & arguments').click();
  await page.getByLabel('Command', { exact: true }).fill('/bin/jupyter-lab');
  await page.getByLabel('Arguments').fill('--ServerApp.root_dir=/work');
  await page.getByRole('button', { name: '+Tool' }).click();
  await expect(page.getByLabel('Container port')).toHaveValue('8888');
  await page.getByRole('button', { name: '+Data' }).click();
  await page.getByRole('menuitem', { name: 'Volume', exact: true }).click();
  await page.locator('input[name=data_size]').fill('1');
  await page.locator('input[name=data_path]').fill('/work');
  await expect(page.getByRole('heading', { name: 'Starts now' })).toBeVisible();

  const begun = Date.now();
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await expect(row(page, 'lab')).toContainText('Running', { timeout: START_MS });
  const running = Date.now();
  const pane = page.getByRole('complementary').or(page.getByRole('dialog'));
  const lab = await connect(page, pane.getByRole('link', { name: 'Connect' }));
  // While JupyterLab starts, Berth's own page says what is waited for.
  await expect(lab).toHaveURL(/^http:\/\/[\w-]+-lab\.localhost:\d+\/lab/, { timeout: START_MS });
  await expect(lab.locator('.jp-LauncherCard').first()).toBeVisible({ timeout: START_MS });
  const usable = Date.now();
  console.log(`CREATE to Running ${running - begun} ms, to JupyterLab usable ${usable - begun} ms`);

  // The log goes on while one looks.
  await page.getByRole('tab', { name: 'Logs' }).click();
  const log = page.getByLabel('Log', { exact: true });
  await expect(log).toContainText('Jupyter Server', { timeout: START_MS });
  await expect(log).not.toContainText('Kernel started');
  const printed = await runCell(lab, "open('kept.txt', 'w').write('kept'); print(6 * 7)");
  await expect(printed).toHaveText(/42/, { timeout: START_MS });
  await expect(log).toContainText('Kernel started');
  await page.getByLabel('Search the log').fill('kernel STARTED');
  await expect(log).not.toContainText('Jupyter Server');
  await page.getByLabel('Search the log').fill('');
  await shots(page, 'workload-log');

  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(row(page, 'lab')).toContainText('Stopped', { timeout: START_MS });
  complaints.foresee(/503/, /ERR_/, /WebSocket/);

  // The tool's own address leads to why it is not there, and to RUN.
  const address = new URL(lab.url()).origin;
  await lab.goto(address);
  await expect(lab).toHaveURL(/\/tools\/[\w-]+\/8888/);
  await expect(lab.getByRole('heading', { name: 'lab' })).toBeVisible();
  await expect(lab.getByRole('main')).toContainText('Stopped by ada@example.org.');
  await expectAccessible(lab);
  await shots(lab, 'tool-stopped');
  await lab.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(lab).toHaveURL(new RegExp(`^${address}/lab`), { timeout: START_MS });
  await expect(lab.locator('.jp-DirListing-itemText', { hasText: 'kept.txt' })).toBeVisible({ timeout: START_MS });
});

const atPorts = story.extend({
  server: async ({ engine }, use) => use({ engine: engine.socket, args: ['--tools-ports', '19700-19703'] }),
});

atPorts('two notebooks at ports of one host', async ({ page, berth }) => {
  story.setTimeout(8 * 60_000);
  await welcome(page, await berth.link());
  const projectId = (await berth.api('GET', '/api/v1/org-unit/projects')).projects[0].id;
  const clusterId = (await berth.api('GET', '/api/v1/clusters'))[0].uuid;
  const spec = {
    image: 'localhost/jupyter:1',
    command: '/bin/jupyter-lab',
    args: '--ServerApp.root_dir=/tmp',
    exposedUrls: [{ container: 8888, toolType: 'jupyter-notebook', toolName: 'Jupyter' }],
    terminationGracePeriodSeconds: 1,
  };
  const labs: Page[] = [];
  for (const name of ['first', 'second']) {
    const made = await berth.api('POST', '/api/v1/workloads/workspaces', { name, projectId, clusterId, spec });
    await page.goto(`/workloads?open=${made.workloadId}`);
    await expect(row(page, name)).toContainText('Running', { timeout: START_MS });
    const pane = page.getByRole('complementary').or(page.getByRole('dialog'));
    const lab = await connect(page, pane.getByRole('link', { name: 'Connect' }));
    await expect(lab).toHaveURL(/^http:\/\/127\.0\.0\.1:1970[0-3]\/lab/, { timeout: START_MS });
    await expect(lab.locator('.jp-LauncherCard').first()).toBeVisible({ timeout: START_MS });
    labs.push(lab);
  }
  const [first, second] = labs as [Page, Page];
  expect(new URL(first.url()).port).not.toBe(new URL(second.url()).port);

  // Both work in one browser, the first one also after the second was opened.
  for (const lab of [second, first]) {
    await expect(await runCell(lab, 'print(6 * 7)')).toHaveText(/42/, { timeout: START_MS });
  }
  // What scripts do not see is one tool's alone, or Berth's.
  const hidden = (await page.context().cookies()).filter((cookie) => cookie.httpOnly).map((cookie) => cookie.name);
  expect(hidden.filter((name) => !/^(berth|at-1970[0-3]-)/.test(name))).toEqual([]);
  for (const lab of labs) expect(hidden.join()).toContain(`at-${new URL(lab.url()).port}-`);
});
