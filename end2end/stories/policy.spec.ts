import { call, expect, expectAccessible, shots, test, welcome } from '../fixtures';

test.use({ server: { demo: true } });

/** What an administrator has written for the whole account. */
const POLICY = {
  defaults: {
    image: 'jupyter/base-notebook',
    imagePullPolicy: 'Always',
    preemptibility: 'preemptible',
    environmentVariables: {
      instances: [
        { name: 'TRACKING_URL', value: 'https://tracking.example' },
        { name: 'TEAM', value: 'vision' },
      ],
    },
  },
  rules: {
    imagePullPolicy: { canEdit: false },
    preemptibility: { options: [{ value: 'preemptible' }] },
    environmentVariables: { instances: { locked: ['TRACKING_URL'] } },
    compute: { gpuDevicesRequest: { max: 2 }, extendedResources: { instances: { canAdd: false } } },
  },
};

test('the form obeys a policy and says whose it is', async ({ page, berth, complaints }) => {
  test.setTimeout(180_000);
  await welcome(page, await berth.link());
  await page.goto('/workloads');
  const saved = await page.evaluate(async (policy) => {
    const answer = await fetch('/api/v2/policy/workspaces', {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ meta: { name: 'rules of the house', scope: 'tenant' }, policy }),
    });
    return `${answer.status} ${await answer.text()}`;
  }, POLICY);
  expect(saved).toMatch(/^20/);

  await page.goto('/workloads/new/workspace?project=2&name=ruled');
  const image = page.getByLabel('Image URL');
  await expect(image).toHaveValue('jupyter/base-notebook');
  await expect(page.locator('[data-verdict]')).toBeVisible();

  // The chip tells by keyboard what the policy says, and of whom.
  await page.locator('summary', { hasText: 'where Image URL comes from' }).press('Enter');
  await expect(page.getByText('Policy default: “jupyter/base-notebook”, of account “default”.')).toBeVisible();
  await page.locator('summary', { hasText: 'where Image URL comes from' }).press('Enter');

  // A default can be left, and gone back to.
  await image.fill('mine/own:1');
  await page.getByRole('button', { name: 'Reset' }).first().click();
  await expect(image).toHaveValue('jupyter/base-notebook');

  // What is locked says why and cannot be typed into.
  const pull = page.getByLabel('Condition for pulling the image');
  await expect(pull).toHaveValue('Always pull from the registry');
  await expect(pull).not.toBeEditable();
  await expect(page.getByText('Set by policy', { exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Remove variable TRACKING_URL' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: '+Extended resources' })).toHaveAttribute('aria-disabled', 'true');

  // A range is printed, and broken while typing.
  const gpus = page.getByRole('spinbutton', { name: 'GPU devices' });
  await expect(page.getByText('Enter a value of at most 2')).toBeVisible();
  await gpus.fill('4');
  await gpus.blur();
  await expect(page.getByText('GPU devices per pod must not be greater than 2 (requested 4).').first()).toBeVisible();
  await shots(page, 'workspace-new-policy');
  await expectAccessible(page);
  // The browser's own engine says so, whether or not the server answers.
  complaints.foresee(/judge/, /ERR_FAILED/);
  await page.route('**/ui/judge*', (route) => route.abort());
  await gpus.fill('7');
  await expect(page.getByText('GPU devices per pod must not be greater than 2 (requested 7).').first()).toBeVisible();
  await page.unroute('**/ui/judge*');
  await gpus.fill('1');

  // Another project has other rules: the form says what is other, and keeps what was typed.
  const { projects } = await call(page, 'GET', '/api/v1/org-unit/projects');
  const language = projects.find((one: { name: string }) => one.name === 'language');
  await call(page, 'PUT', '/api/v2/policy/workspaces', {
    meta: { name: 'of language', scope: 'project', projectId: Number(language.id) },
    policy: { rules: { workingDir: { required: true } } },
  });
  await page.getByLabel('Project', { exact: true }).selectOption('language');
  await expect(page.getByText('In project language other rules hold. What you changed stays.')).toBeVisible();
  await expect(gpus).toHaveValue('1');
  await expectAccessible(page);
  await shots(page, 'workspace-moved');
  await page.getByLabel('Project', { exact: true }).selectOption('vision');
  await expect(page.getByText('In project vision other rules hold.')).toBeVisible();

  // What the policy adds can be left out, where it is not locked, and put back.
  await page.getByRole('button', { name: 'Remove variable TEAM' }).click();
  await expect(page.getByText("The policy's variable TEAM is left out.")).toBeVisible();
  await page.reload();
  await expect(page.getByText("The policy's variable TEAM is left out.")).toBeVisible();
  await expect(page.locator('[data-verdict]')).toHaveAttribute('data-verdict', /now|waits/);

  await page.getByRole('button', { name: 'Create workspace' }).click();
  const row = page.getByRole('row').filter({ hasText: 'ruled' });
  await expect(row).toBeVisible();
  const made = await page.evaluate(async () => {
    const list = await (await fetch('/api/v1/workloads?filterBy=name==ruled')).json();
    return (await fetch(`/api/v1/workloads/workspaces/${list.workloads[0].id}`)).json();
  });
  expect(made.spec.imagePullPolicy).toBe('Always');
  expect(made.spec.environmentVariables.map((one: { name: string }) => one.name)).toEqual(['TRACKING_URL']);
});
