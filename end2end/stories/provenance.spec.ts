// Where every value comes from: a template gives some, three are changed, another project's policy adds two. Each chip
// names its source, each reset brings back what it says, and the workspace remembers all of it.
import { type Page, call, expect, expectAccessible, shots, signIn, test, welcome } from '../fixtures';

test.use({ server: { demo: true } });

/** The chip at a field or a row. */
const chip = (page: Page, about: string) =>
  page.locator('summary.src').filter({ hasText: `where ${about} comes from` });

async function prepared(page: Page): Promise<{ template: string; vision: string }> {
  const template = await call(page, 'POST', '/api/v1/workload-templates/workspaces', {
    meta: { name: 'daily', scopeType: 'tenant', scopeId: '1' },
    spec: {
      image: 'own/image:1', workingDir: '/work', backoffLimit: 2, compute: { gpuDevicesRequest: 1 },
      environmentVariables: [{ name: 'EPOCHS', value: '1' }, { name: 'MODE', value: 'fast' }],
    },
  });
  const { projects } = await call(page, 'GET', '/api/v1/org-unit/projects');
  const id = (name: string) => projects.find((one: { name: string }) => one.name === name).id;
  await call(page, 'PUT', '/api/v2/policy/workspaces', {
    meta: { name: 'of language', scope: 'project', projectId: Number(id('language')) },
    policy: { defaults: { terminationGracePeriodSeconds: 45, imagePullPolicy: 'Always' } },
  });
  return { template: template.meta.id, vision: id('vision') };
}

test('every value says where it comes from, and goes back there', async ({ page, berth }) => {
  test.setTimeout(120_000);
  await welcome(page, await berth.link());
  const { template, vision } = await prepared(page);
  await page.goto(`/workloads/new/workspace?project=${vision}&template=${template}&name=traced`);

  // What the template gave says so, rows too.
  for (const about of ['Image URL', "Container's working directory", 'GPU devices', 'Backoff limit', 'variable EPOCHS']) {
    await expect(chip(page, about)).toContainText('Template daily');
  }
  await expect(chip(page, 'Command')).toHaveCount(0);

  // Three are changed: their chips go, and a way back comes.
  const image = page.getByLabel('Image URL');
  const gpus = page.getByRole('spinbutton', { name: 'GPU devices' });
  const value = page.locator('[name=variable_value]').first();
  await image.fill('own/image:2');
  await gpus.fill('2');
  await value.fill('9');
  await value.blur();
  await expect(chip(page, 'Image URL')).toHaveCount(0);
  await expect(chip(page, 'GPU devices')).toHaveCount(0);

  // Another project: its policy adds two values, and what was changed stays.
  await page.getByLabel('Project', { exact: true }).selectOption('language');
  await expect(page.getByText('In project language other rules hold.')).toBeVisible();
  await expect(page.getByRole('spinbutton', { name: 'Grace period' })).toHaveValue('45');
  await expect(chip(page, 'Grace period')).toContainText('Policy');
  await expect(chip(page, 'Condition for pulling the image')).toContainText('Policy');
  await expect(chip(page, 'Backoff limit')).toContainText('Template daily');
  await expect(image).toHaveValue('own/image:2');
  await expect(gpus).toHaveValue('2');
  await expect(value).toHaveValue('9');
  await expectAccessible(page);
  await shots(page, 'form-provenance');

  // Each reset brings back what its source said.
  const resetAt = (label: string) =>
    page.locator('div:has(> label)').filter({ has: page.getByText(label, { exact: true }) }).getByRole('button', { name: 'Reset' });
  await resetAt('Image URL').first().click();
  await expect(image).toHaveValue('own/image:1');
  await expect(chip(page, 'Image URL')).toContainText('Template daily');
  await resetAt('Value').first().click();
  await expect(value).toHaveValue('1');
  await page.getByRole('spinbutton', { name: 'Grace period' }).fill('10');
  await resetAt('Grace period').first().click();
  await expect(page.getByRole('spinbutton', { name: 'Grace period' })).toHaveValue('45');

  // The workspace says the same of its values.
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'traced' })).toBeVisible();
  const list = await call(page, 'GET', '/api/v1/workloads?filterBy=name==traced');
  const made = await call(page, 'GET', `/api/v1/workloads/workspaces/${list.workloads[0].id}`);
  expect(made.spec).toMatchObject({ image: 'own/image:1', terminationGracePeriodSeconds: 45, imagePullPolicy: 'Always' });
  expect(made.spec.compute.gpuDevicesRequest).toBe(2);
  const kind = (path: string) => JSON.stringify(made.sources[path]);
  expect(kind('spec.image')).toContain('daily');
  expect(kind('spec.backoffLimit')).toContain('daily');
  expect(kind('spec.environmentVariables[0].value')).toContain('daily');
  expect(kind('spec.terminationGracePeriodSeconds')).toMatch(/policy/i);
  expect(kind('spec.imagePullPolicy')).toMatch(/policy/i);
  expect(kind('spec.compute.gpuDevicesRequest')).not.toMatch(/daily|policy/i);
});

test('an asset that a colleague deletes leaves its values, and says that it is gone', async ({ page, berth }) => {
  test.setTimeout(120_000);
  await welcome(page, await berth.link());
  const made = await berth.api('POST', '/api/v1/asset/environment', {
    meta: { name: 'short-lived', scope: 'tenant' }, spec: { image: 'own/image:7' },
  });
  await page.goto('/workloads/new/workspace?project=2&name=kept');
  const section = page.locator('#environment');
  await section.getByRole('button', { name: 'Load from existing setup' }).click();
  const pane = page.getByRole('dialog', { name: 'Load an environment' });
  await pane.getByRole('radio', { name: /short-lived/ }).check();
  await pane.getByRole('button', { name: 'Load short-lived' }).click();
  await expect(section).toContainText('Loaded from Environment short-lived');
  await berth.api('DELETE', `/api/v1/asset/environment/${made.meta.id}`);

  // The next thing that is typed brings the news.
  await page.getByLabel("Container's working directory").fill('/work');
  await expect(section).toContainText('The asset that it was loaded from is gone; its values stay.');
  await expect(chip(page, 'Image URL')).toContainText('which is gone');
  await expect(page.getByLabel('Image URL')).toHaveValue('own/image:7');
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'kept' })).toBeVisible();
});

test('a volume that one node at a time can mount says who has it', async ({ page, berth }) => {
  test.setTimeout(120_000);
  await welcome(page, await berth.link());
  const { projects } = await berth.api('GET', '/api/v1/org-unit/projects');
  const vision = Number(projects.find((one: { name: string }) => one.name === 'vision').id);
  const claim = await berth.api('POST', '/api/v1/asset/datasource/pvc', {
    meta: { name: 'scratch', scope: 'project', projectId: vision },
    spec: { path: '/scratch', existingPvc: false, claimInfo: { size: '10G', accessModes: { readWriteOnce: true } } },
  });
  const cluster = (await berth.api('GET', '/api/v1/clusters'))[0].uuid;
  await berth.api('POST', '/api/v1/workloads/workspaces', {
    name: 'holder', projectId: vision, clusterId: cluster, spec: { image: 'own/image:1' },
    assets: { datasources: [{ id: claim.meta.id, kind: 'pvc' }] },
  });
  await page.goto(`/workloads/new/workspace?project=${vision}&name=second&image=own/image:1`);
  const storage = page.locator('#storage');
  await storage.getByRole('button', { name: 'Load from existing setup' }).click();
  const pane = page.getByRole('dialog', { name: 'Load a data source or volume' });
  await pane.getByRole('radio', { name: /scratch/ }).check();
  await pane.getByRole('button', { name: 'Load scratch' }).click();
  await expect(page.getByText(/can be mounted by one node at a time, and workspace holder has it on/)).toBeVisible();
});

test('what is too long for an address is kept, for a reload and for a colleague', async ({ page, other, berth }) => {
  test.setTimeout(120_000);
  await welcome(page, await berth.link());
  await page.goto('/workloads/new/workspace?project=2&name=long&image=own/image:1');
  const long = '--note='.concat('word '.repeat(900)).trim();
  await page.getByText('+Command & arguments').click();
  await page.getByLabel('Arguments').fill(long);
  await expect(page).toHaveURL(/draft=[0-9a-f]{32}/);
  expect(page.url().length).toBeLessThan(300);
  await page.reload();
  await expect(page.getByLabel('Arguments')).toHaveValue(long);
  await expect(page.getByLabel('Image URL')).toHaveValue('own/image:1');
  await expect(page.getByLabel('Workspace name')).toHaveValue('long');

  await signIn(other);
  await other.goto(page.url());
  await expect(other.getByLabel('Arguments')).toHaveValue(long);

  // Another project takes it along; a short one stands in the address again.
  await page.getByLabel('Project', { exact: true }).selectOption('language');
  await expect(page).toHaveURL(/was=2/);
  await expect(page.locator('[data-verdict]')).toBeVisible();
  await expect(page.getByLabel('Arguments')).toHaveValue(long);
  await page.getByLabel('Arguments').fill('--short');
  await expect(page).toHaveURL(/args=--short/);
  await other.goto('/workloads/new/workspace?project=2&draft=00000000000000000000000000000000');
  await expect(other.getByRole('alert')).toContainText('not kept any more');
});
