import { expect, expectAccessible, shots, test, welcome } from '../fixtures';

test.use({ server: { demo: true } });

const YAML = `# Rules of the house.
defaults:
  imagePullPolicy: Always
  environmentVariables:
    instances:
      - {name: TRACKING_URL, value: "https://tracking.example"}
rules:
  imagePullPolicy: {canEdit: false}
  environmentVariables: {instances: {locked: [TRACKING_URL]}}
  compute:
    gpuDevicesRequest: {max: 1} # for now
  storage:
    hostPath: {instances: {canAdd: false}}
`;

test('an administrator writes a policy, tries it on the past, and saves it', async ({ page, berth }) => {
  test.setTimeout(180_000);
  await welcome(page, await berth.link());

  // +NEW POLICY → scope → workload type → +POLICY YAML → editor → SAVE POLICY.
  await page.getByRole('link', { name: 'Policies' }).click();
  await expect(page.getByText('No policy yet')).toBeVisible();
  await shots(page, 'policies-empty');
  await expectAccessible(page);
  await page.getByRole('link', { name: '+New policy' }).first().click();
  await page.getByLabel('Scope').selectOption({ label: 'department “ml”' });
  await expect(page.getByLabel('Workload type')).toHaveValue('workspace');
  await shots(page, 'policy-new');
  await expectAccessible(page);
  await page.getByRole('button', { name: '+Policy YAML' }).click();

  const editor = page.getByRole('textbox', { name: 'Policy YAML' });
  await expect(editor).toBeVisible();
  await expect(page.getByText(/would have been refused/)).toBeVisible();
  // Words are proposed from the catalogue of fields; arrows and Enter take one.
  await editor.pressSequentially('rules:');
  await editor.press('Enter');
  await editor.pressSequentially('imageP');
  const word = page.getByRole('option', { name: /imagePullPolicy/ });
  // The engine may still be on its way; Ctrl and the space bar ask again.
  await expect(async () => {
    await editor.press('Control+Space');
    await expect(word).toBeVisible({ timeout: 500 });
  }).toPass();
  await shots(page, 'policy-words');
  await expectAccessible(page);
  await editor.press('Enter');
  await expect(editor).toHaveValue(/^rules:\n  imagePullPolicy:/);

  // A mistake is marked where it stands, with what would be right.
  await editor.fill(YAML.replace('canEdit: false', 'canEdt: false'));
  await expect(page.getByText('Line 8')).toBeVisible();
  await expect(page.getByText('Did you mean “canEdit”?')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Apply' })).toHaveAttribute('aria-disabled', 'true');
  await shots(page, 'policy-wrong');
  await expectAccessible(page);

  // The draft outlives the page.
  await page.reload();
  await expect(editor).toHaveValue(/canEdt/);
  await editor.fill(YAML);
  await expect(page.getByText('Line 8')).toHaveCount(0);
  await expect(page.getByText(/^[1-9]\d* of \d+$/)).toBeVisible();
  await expect(page.getByText('GPU devices per pod must not be greater than 1').first()).toBeVisible();
  await expect(page.getByRole('row').filter({ hasText: 'At most 1' })).toContainText('new in draft');
  await shots(page, 'policy-edit');
  await expectAccessible(page);

  // The same document as a form: one value changes, comments stay.
  await page.getByText('Form', { exact: true }).click();
  const most = page.getByLabel('At most: GPU devices per pod');
  await expect(most).toHaveValue('1');
  await shots(page, 'policy-form');
  await expectAccessible(page);
  // Whoever only walks through changes nothing.
  await most.focus();
  for (let n = 0; n < 5; n += 1) await page.keyboard.press('Tab');
  await page.getByText('YAML', { exact: true }).click();
  await expect(editor).toHaveValue(YAML);
  await page.getByText('Form', { exact: true }).click();
  await most.fill('4');
  await most.blur();
  await page.getByText('YAML', { exact: true }).click();
  await expect(editor).toHaveValue(YAML.replace('max: 1', 'max: 4'));
  await editor.fill(YAML);

  const save = page.getByRole('button', { name: 'Save policy' });
  await expect(save).toHaveAttribute('aria-disabled', 'true');
  await page.getByRole('button', { name: 'Apply' }).click();
  await save.click();
  const row = page.getByRole('table', { name: 'Policies' }).getByRole('row').filter({ hasText: 'department “ml”' });
  await expect(row).toContainText('Ready');
  await shots(page, 'policies');
  await expectAccessible(page);

  // What was typed is kept, comments and all, and every change can be gone back to.
  await row.getByRole('link').first().click();
  await expect(page.getByText('# Rules of the house.')).toBeVisible();
  await page.getByRole('button', { name: 'Edit' }).click();
  await editor.fill(YAML.replace('max: 1', 'max: 3'));
  await page.getByRole('button', { name: 'Apply' }).click();
  await save.click();
  await row.getByRole('link').first().click();
  await page.getByText('1 value').click();
  await expect(page.getByText('rules.compute.gpuDevicesRequest.max was 1, is 3')).toBeVisible();
  await page.getByRole('button', { name: /^Restore the version/ }).click();
  await expect(page.getByText('{max: 1} # for now')).toBeVisible();

  // A member sees what holds, and whose it is.
  await page.getByRole('link', { name: 'Projects' }).click();
  await page.getByRole('row').filter({ hasText: 'vision' }).getByRole('link', { name: 'View policy' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'At most 1' })).toContainText('department “ml”');
  await shots(page, 'policy-view');
  await expectAccessible(page);
});

test('two administrators at once: the second is told what changed, and nothing is overwritten', async ({
  page,
  berth,
  complaints,
}) => {
  // The refusal, which the browser's console counts as a failure.
  complaints.foresee(/save_policy/);
  await welcome(page, await berth.link());
  await page.goto('/policies/edit?scope=tenant');
  const editor = page.getByRole('textbox', { name: 'Policy YAML' });
  await editor.fill('rules:\n  image: {required: true}\n');
  await page.evaluate(async () => {
    const policy = { rules: { compute: { gpuDevicesRequest: { max: 2 } } } };
    await fetch('/api/v2/policy/workspaces', {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ meta: { name: 'theirs', scope: 'tenant' }, policy }),
    });
  });
  await expect(page.getByText('Required').first()).toBeVisible();
  // A draft that this browser kept is still over what was saved when it was begun.
  await page.reload();
  await expect(editor).toHaveValue(/required/);
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByRole('button', { name: 'Save policy' }).click();
  await expect(page.getByText('Somebody else has saved this policy meanwhile')).toBeVisible();
  await expect(page.getByText(/changed this meanwhile/).first()).toBeVisible();
  await page.getByRole('button', { name: 'Save mine over it' }).click();
  const row = page.getByRole('table', { name: 'Policies' }).getByRole('row').filter({ hasText: 'account “default”' });
  await expect(row).toBeVisible();
  await row.getByRole('link').first().click();
  await expect(page.getByText('image: {required: true}').first()).toBeVisible();
});

test('general settings say what they change, for whom, and who changed them', async ({ page, berth, complaints }) => {
  complaints.foresee(/change_setting/);
  await welcome(page, await berth.link());
  await page.getByRole('link', { name: 'General settings' }).click();
  await expect(page.getByRole('heading', { name: 'General settings' })).toBeVisible();
  await shots(page, 'settings');
  await expectAccessible(page);
  const profiling = page.getByRole('switch', { name: 'GPU profiling metrics' });
  await profiling.click();
  await expect(page.getByText(/turned it on/)).toBeVisible();
  await expect(profiling).toBeChecked();

  // What everybody reads is on every page from the next one on.
  await page.getByLabel('System notification').fill('The cluster is down on Sunday.');
  const saves = page.locator('.setting').filter({ hasText: 'System notification' });
  await saves.getByRole('button', { name: 'Save' }).click();
  await expect(saves.getByText(/changed it/)).toBeVisible();
  await page.goto('/workloads');
  await expect(page.getByText('The cluster is down on Sunday.')).toBeVisible();

  // With policies off their page is gone, and what is written stays.
  await page.goto('/settings');
  await page.getByRole('switch', { name: 'Policies' }).click();
  await expect(page.getByText(/turned it off/)).toBeVisible();
  await page.goto('/projects');
  await expect(page.getByRole('link', { name: 'Policies' })).toHaveCount(0);

  // What does not fit is refused with what would be right.
  await page.goto('/settings');
  await page.getByLabel('Logout redirect URL').fill('javascript:alert(1)');
  await page.locator('.setting').filter({ hasText: 'Logout redirect URL' }).getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(/must be an address that begins with https/)).toBeVisible();
});

test('departments and projects show what they are promised, and what holds in them', async ({ page, berth }) => {
  await welcome(page, await berth.link());
  for (const name of ['Departments', 'Projects']) {
    await page.getByRole('link', { name }).click();
    await expect(page.getByRole('heading', { name })).toBeVisible();
    await expect(page.getByRole('link', { name: 'View policy' }).first()).toBeVisible();
    await shots(page, name.toLowerCase());
    await expectAccessible(page);
  }
  await page.getByRole('link', { name: 'View policy' }).first().click();
  await expect(page.getByText('No policy applies here')).toBeVisible();
});

test('the table of policies is filtered, given other columns and refreshed, and keeps what was chosen', async ({ page, berth }) => {
  await welcome(page, await berth.link());
  await page.goto('/policies');
  await expect(page.getByText('No policy yet')).toBeVisible();
  // Somebody else writes two; what is empty is refreshed as well.
  const projects = await berth.api('GET', '/api/v1/org-unit/projects?filterBy=name==vision');
  const write = (meta: object) =>
    berth.api('PUT', '/api/v2/policy/workspaces', { meta, policy: { rules: { image: { required: true } } } });
  await write({ name: 'of all', scope: 'tenant' });
  await write({ name: 'of vision', scope: 'project', projectId: Number(projects.projects[0].id) });
  const refresh = page.getByRole('button', { name: 'Refresh' });
  await refresh.click();
  const table = page.getByRole('table', { name: 'Policies' });
  await expect(table.getByRole('rowheader')).toHaveText(['of all', 'of vision']);

  await page.getByRole('combobox', { name: 'Scope' }).selectOption('Project');
  await expect(table.getByRole('rowheader')).toHaveText(['of vision']);
  await page.locator('summary[aria-label=Columns]').click();
  await page.getByRole('checkbox', { name: 'Created by' }).uncheck();
  await expect(table.getByRole('columnheader', { name: 'Created by' })).toHaveCount(0);
  await page.keyboard.press('Escape');
  await refresh.press('Enter');
  await expect(table.getByRole('rowheader')).toHaveText(['of vision']);
  await expect(table.getByRole('columnheader', { name: 'Created by' })).toHaveCount(0);
  await expect(refresh).toBeFocused();
  await page.getByRole('combobox', { name: 'Status' }).selectOption('Conflict');
  await expect(page.getByText('No policy fits what is searched and filtered by.')).toBeVisible();
  await expectAccessible(page);
});

test('a draft outlives the network: it is tried again by itself, and can be taken along', async ({ page, berth, complaints }) => {
  test.setTimeout(120_000);
  complaints.foresee(/try_policy|save_policy|ERR_FAILED/);
  await welcome(page, await berth.link());
  await page.goto('/policies/edit?scope=tenant');
  const editor = page.getByRole('textbox', { name: 'Policy YAML' });
  await expect(page.getByText(/would have been refused/)).toBeVisible();
  await page.route('**/ui/*_policy*', (route) => route.abort());
  await editor.fill('rules:\n  compute:\n    gpuDevicesRequest: {max: 0}\n');
  await expect(page.getByText(/stays in this browser, and is tried again by itself/)).toBeVisible();
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByRole('button', { name: 'Save policy' }).click();
  await expect(page.getByText("The policy couldn't be saved due to a network or other unknown issue.")).toBeVisible();
  const taken = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download draft' }).click();
  expect((await taken).suggestedFilename()).toBe('policy.yaml');
  await expectAccessible(page);

  // The network is back: nobody presses a key.
  await page.unroute('**/ui/*_policy*');
  await expect(page.getByText(/is tried again by itself/)).toHaveCount(0);
  await expect(page.getByText(/^[1-9]\d* of \d+$/)).toBeVisible();
  await page.getByRole('button', { name: 'Save policy' }).click();
  await expect(page.getByRole('table', { name: 'Policies' })).toContainText('account “default”');
});
