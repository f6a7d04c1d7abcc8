// General settings: each is chosen by an administrator, and what it changes is seen where it is met. What NGC needs is
// in `ngc.spec.ts`.
import { type Page, call, expect, expectAccessible, shots, test, welcome } from '../fixtures';

test.use({ server: { demo: true } });

const FORM = '/workloads/new/workspace?project=2&name=seen';

/** Turns a switch, and answers what it asks. */
async function turn(page: Page, name: string, on: boolean): Promise<void> {
  await page.goto('/settings');
  const setting = page.locator('.setting').filter({ has: page.getByRole('switch', { name, exact: true }) });
  await setting.getByRole('switch').click();
  const meant = setting.getByRole('button', { name: on ? 'Turn on' : 'Turn off' });
  const told = setting.getByText(on ? /turned it on/ : /turned it off/);
  await expect(told.or(meant).first()).toBeVisible();
  if (await meant.isVisible()) await meant.click();
  await expect(told).toBeVisible();
  await expect(setting.getByRole('switch')).toBeChecked({ checked: on });
}

/** Writes a text and saves it. */
async function write(page: Page, name: string, text: string): Promise<void> {
  await page.goto('/settings');
  const setting = page.locator('.setting').filter({ hasText: name });
  await setting.getByLabel(name, { exact: true }).fill(text);
  await setting.getByRole('button', { name: 'Save' }).click();
  await expect(setting.getByText(/changed it/)).toBeVisible();
}

test('policies: off, the form knows only the built-in rules, and what is written comes back', async ({ page, berth }) => {
  test.setTimeout(120_000);
  await welcome(page, await berth.link());
  await page.goto('/workloads');
  await call(page, 'PUT', '/api/v2/policy/workspaces', {
    meta: { name: 'house', scope: 'tenant' },
    policy: { rules: { compute: { gpuDevicesRequest: { max: 2 } } } },
  });
  const range = page.getByText('Enter a value of at most 2');
  await page.goto(FORM);
  await expect(range).toBeVisible();

  // It asks first, because a policy is written, and the focus comes back to the switch.
  await page.goto('/settings');
  const policies = page.getByRole('switch', { name: 'Policies', exact: true });
  await policies.focus();
  await page.keyboard.press('Space');
  await expect(page.getByText(/1 policy stops holding/)).toBeVisible();
  await page.getByRole('button', { name: 'Keep on' }).press('Enter');
  await expect(policies).toBeFocused();
  await expect(policies).toBeChecked();
  await turn(page, 'Policies', false);
  await page.goto(FORM);
  await expect(page.locator('[data-verdict]')).toBeVisible();
  await expect(range).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'Policies' })).toHaveCount(0);
  await turn(page, 'Policies', true);
  await page.goto(FORM);
  await expect(range).toBeVisible();
  await expect(page.getByRole('link', { name: 'Policies' })).toBeVisible();
});

test('flexible submission, templates and data volumes: what the form is made of', async ({ page, berth, complaints }) => {
  test.setTimeout(180_000);
  complaints.foresee(/keep_of_assets/);
  await welcome(page, await berth.link());
  const volumes = page.getByRole('link', { name: 'Data volumes' });

  await page.goto(FORM);
  await expect(page.getByRole('group', { name: 'Submission form' })).toBeVisible();
  await expect(page.locator('#storage')).toContainText('Data & storage');
  await expect(volumes).toBeVisible();
  await turn(page, 'Data volumes', false);
  await page.goto(FORM);
  await expect(page.locator('#storage').getByRole('heading', { name: 'Data sources', exact: true })).toBeVisible();
  await expect(page.locator('#storage')).not.toContainText('Data & storage');
  await expect(volumes).toHaveCount(0);
  await turn(page, 'Data volumes', true);

  // Templates of assets alone: one choice each, and the others are kept out of sight.
  await turn(page, 'Flexible workload templates', false);
  await page.goto('/assets/templates');
  await expect(page.getByText('No template yet')).toBeVisible();
  await page.getByRole('link', { name: '+New template' }).first().click();
  await expect(page.getByLabel('Image URL')).toHaveCount(0);
  await page.getByLabel('Name', { exact: true }).fill('of-assets');
  await page.getByRole('button', { name: 'Create template' }).click();
  await expect(page.getByText('Choose the environment that it is made of')).toBeVisible();
  const environment = page.getByLabel('Environment', { exact: true });
  const lab = environment.locator('option', { hasText: /^jupyter-lab \(/ });
  await environment.selectOption(await lab.getAttribute('value'));
  await expectAccessible(page);
  await shots(page, 'template-of-assets');
  await page.getByRole('button', { name: 'Create template' }).click();
  await expect(page.getByRole('rowheader', { name: 'of-assets' })).toBeVisible();
  await expect(page.getByRole('rowheader', { name: 'jupyter-lab-one-gpu' })).toHaveCount(0);
  await page.goto('/workloads/new');
  await page.getByRole('radio', { name: /^Template/ }).check();
  await expect(page.getByRole('radio', { name: /of-assets/ })).toBeVisible();
  await expect(page.getByRole('radio', { name: /jupyter-lab-one-gpu/ })).toHaveCount(0);
  await turn(page, 'Flexible workload templates', true);
  await page.goto('/assets/templates');
  await expect(page.getByRole('rowheader', { name: 'jupyter-lab-one-gpu' })).toBeVisible();
  await expect(page.getByRole('rowheader', { name: 'of-assets' })).toBeVisible();

  // The Original form alone, and with it go the two that need the other one.
  await turn(page, 'Flexible workload submission', false);
  await page.goto(FORM);
  await expect(page.locator('[data-verdict]')).toBeVisible();
  await expect(page.getByRole('group', { name: 'Submission form' })).toHaveCount(0);
  await expect(page.getByLabel('Image URL')).toHaveCount(0);
  await expect(page.getByRole('searchbox', { name: 'Search environments' })).toBeVisible();
  await expect(volumes).toHaveCount(0);
  await page.goto('/assets/templates');
  await expect(page.getByRole('rowheader', { name: 'jupyter-lab-one-gpu' })).toHaveCount(0);
  await turn(page, 'Flexible workload submission', true);
  await page.goto(FORM);
  await expect(page.getByLabel('Image URL')).toBeVisible();
});

test('GPU optimization and NGC: fields that are there or not', async ({ page, berth }) => {
  test.setTimeout(120_000);
  await welcome(page, await berth.link());
  const limit = page.locator('[name=gpu_limit]:not([type=hidden])');
  const source = page.getByLabel('Image source');
  const fractions = async () => {
    await page.goto(FORM);
    await page.getByRole('spinbutton', { name: 'GPU devices' }).fill('1');
    await page.getByRole('switch', { name: /fraction/i }).click();
    await expect(page.locator('[name=gpu_request]')).toBeVisible();
  };
  await fractions();
  await expect(limit).toHaveCount(0);
  await expect(source).toHaveCount(0);
  await turn(page, 'GPU resource optimization', true);
  await turn(page, 'NGC catalog', true);
  await fractions();
  await expect(limit).toBeVisible();
  await expect(source.locator('option')).toHaveText(['Custom image', 'NGC catalog']);
  await turn(page, 'NGC private registry', true);
  await page.goto(FORM);
  await expect(source.locator('option')).toHaveText(['Custom image', 'NGC catalog', 'NGC private registry']);
  await turn(page, 'NGC catalog', false);
  await page.goto(FORM);
  await expect(source.locator('option')).toHaveText(['Custom image', 'NGC private registry']);
});

test('quotas: CPU, weights, and what a department bounds', async ({ page, berth, complaints }) => {
  test.setTimeout(120_000);
  complaints.foresee(/save_unit/);
  await welcome(page, await berth.link());
  const project = '/projects/edit?id=2';
  const [cpu, weight] = [page.getByLabel('CPU quota').first(), page.getByLabel('Over-quota weight').first()];
  await page.goto(project);
  await expect(page.getByLabel('GPU quota').first()).toBeVisible();
  await expect(cpu).toHaveCount(0);
  await expect(weight).toHaveCount(0);
  await turn(page, 'CPU quota', true);
  await page.goto(project);
  await expect(cpu).toBeVisible();
  await expect(weight).toHaveCount(0);
  await turn(page, 'Over quota weight', true);
  await page.goto(project);
  await expect(weight).toBeVisible();

  // More than the department has is said, and saved; with the setting on it is refused.
  const save = async (gpus: string) => {
    await page.goto(project);
    await page.getByRole('spinbutton', { name: 'GPU quota' }).first().fill(gpus);
    await page.getByRole('button', { name: 'Save' }).click();
  };
  await save('1000');
  await expect(page).toHaveURL(/\/projects$/);
  await turn(page, 'Limit projects from exceeding department quota', true);
  await save('1001');
  await expect(page.getByText(/^Department \S+ is promised .* with this its projects would have/)).toBeVisible();
});

test('banner and logo are on every page, and signing out leads where it shall', async ({ page, berth }) => {
  test.setTimeout(120_000);
  await welcome(page, await berth.link());
  await write(page, 'System notification', 'The cluster is down on Sunday.');
  await page.goto(FORM);
  await expect(page.getByText('The cluster is down on Sunday.')).toBeVisible();

  await page.goto('/settings');
  const logo = page.locator('.setting').filter({ hasText: 'The picture at the top of the navigation' });
  await logo.locator('input[type=file]').setInputFiles({
    name: 'logo.svg',
    mimeType: 'image/svg+xml',
    buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><circle cx="20" cy="20" r="18"/></svg>'),
  });
  await expect(logo.getByRole('img', { name: 'The chosen logo' })).toBeVisible();
  await logo.getByRole('button', { name: 'Save' }).click();
  await expect(logo.getByText(/changed it/)).toBeVisible();
  await page.goto(FORM);
  const drawn = page.locator('img[src^="/logo?"]').first();
  await expect(drawn).toBeVisible();
  expect(await drawn.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  await shots(page, 'settings-branding');

  // Where the browser goes after signing out; here it is a page of the server's own.
  await write(page, 'Logout redirect URL', `${berth.url}/sign-in?from=bye`);
  await page.goto(FORM);
  await page.getByRole('button', { name: /user menu of/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(`${berth.url}/sign-in?from=bye`);
});

test('whoever does nothing for a minute signs in again', async ({ page, berth }) => {
  test.setTimeout(150_000);
  await welcome(page, await berth.link());
  await write(page, 'UI inactivity timeout', '1');
  await page.goto('about:blank');
  // Nothing but time can be waited for here.
  await page.waitForTimeout(63_000);
  await page.goto(`${berth.url}${FORM}`);
  await expect(page).toHaveURL(/\/sign-in/);
});

test('a change is told in place, and the focus stays where it was', async ({ page, berth }) => {
  await welcome(page, await berth.link());
  await page.goto('/settings');
  const metrics = page.getByRole('switch', { name: 'GPU profiling metrics' });
  await metrics.focus();
  await page.keyboard.press('Space');
  await expect(page.getByText(/turned it on/)).toBeVisible();
  await expect(metrics).toBeFocused();
  await page.keyboard.press('Space');
  await expect(page.getByText(/turned it off/)).toBeVisible();
  await expect(metrics).toBeFocused();
  await page.getByLabel('System notification').fill('Soon.');
  const save = page.locator('.setting').filter({ hasText: 'System notification' }).getByRole('button', { name: 'Save' });
  await save.press('Enter');
  await expect(page.getByText(/changed it/)).toBeVisible();
  await expect(save).toBeFocused();
});
