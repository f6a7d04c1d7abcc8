// By keyboard alone: Tab reaches everything in the order of reading, arrows walk in menus and choices, Enter does, Escape
// leaves. Nothing is clicked here.
import { call, expect, test, welcome } from '../fixtures';
import { press, reach, type, walk } from '../pages/keys';

test.use({ server: { demo: true } });

test('a workspace, from the table of workloads to its row', async ({ page, berth }) => {
  test.setTimeout(180_000);
  await welcome(page, await berth.link());
  await page.goto('/workloads');
  await press(page, page.getByRole('button', { name: '+New workload' }));
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('menuitem', { name: 'Workspace' })).toBeFocused();
  await page.keyboard.press('Enter');
  await type(page, page.getByLabel('Workspace name'), 'by-keys');
  await press(page, page.getByRole('button', { name: 'Continue' }));
  await expect(page).toHaveURL(/\/workloads\/new\/workspace/);

  // An environment is loaded; what opens takes the focus, what closes gives it back.
  const environment = page.locator('#environment');
  await press(page, environment.getByRole('button', { name: 'Load from existing setup' }));
  const pane = page.getByRole('dialog', { name: 'Load an environment' });
  await expect(pane.getByRole('radio').first()).toBeVisible();
  await type(page, pane.getByRole('searchbox'), 'jupyter-lab');
  await expect(pane.getByRole('radio')).toHaveCount(1);
  await reach(page, pane.getByRole('radio').first());
  await page.keyboard.press('Space');
  await press(page, pane.getByRole('button', { name: /^Load / }));
  await expect(pane).toBeHidden();
  await expect(page.getByLabel('Image URL')).not.toHaveValue('');

  await press(page, page.getByRole('button', { name: '+Environment variable' }));
  await type(page, page.locator('[name=variable_name]').last(), 'MODE');
  await type(page, page.locator('[name=variable_value]').last(), 'dev');
  await type(page, page.getByRole('spinbutton', { name: 'GPU devices' }), '1');
  await press(page, page.getByRole('button', { name: 'Create workspace' }));
  const row = page.getByRole('row').filter({ hasText: 'by-keys' });
  await expect(row).toBeVisible();

  // The pane opens from its name.
  await press(page, row.getByRole('link', { name: 'by-keys' }));
  await expect(page.getByRole('button', { name: 'Stop', exact: true })).toBeVisible();
});

test('what a policy says is read, broken and reset', async ({ page, berth }) => {
  test.setTimeout(120_000);
  await welcome(page, await berth.link());
  await page.goto('/workloads');
  await call(page, 'PUT', '/api/v2/policy/workspaces', {
    meta: { name: 'house', scope: 'tenant' },
    policy: {
      defaults: { image: 'jupyter/base-notebook' },
      rules: { compute: { gpuDevicesRequest: { max: 2 } }, storage: { nfs: { instances: { canAdd: false } } } },
    },
  });
  await page.goto('/workloads/new/workspace?project=2&name=ruled');
  await expect(page.locator('[data-verdict]')).toBeVisible();
  await press(page, page.locator('summary', { hasText: 'where Image URL comes from' }));
  await expect(page.getByText('Policy default: “jupyter/base-notebook”, of account “default”.')).toBeVisible();
  await page.keyboard.press('Escape');
  await type(page, page.getByLabel('Image URL'), 'own/image:1');
  await type(page, page.getByRole('spinbutton', { name: 'GPU devices' }), '4');
  await page.keyboard.press('Tab');
  await expect(page.getByText('must not be greater than 2 (requested 4)').first()).toBeVisible();
  await type(page, page.getByRole('spinbutton', { name: 'GPU devices' }), '1');

  // What may not be added says why, to whoever comes by with the arrows as well.
  await press(page, page.getByRole('button', { name: '+Data' }));
  const nfs = page.getByRole('menuitem', { name: 'NFS' });
  await walk(page, nfs);
  await expect(nfs).toContainText('policy of account');
  await page.keyboard.press('Escape');

  // Back to what the policy gives.
  await press(page, page.locator('#environment').getByRole('button', { name: 'Reset', exact: true }).first());
  await expect(page.getByLabel('Image URL')).toHaveValue('jupyter/base-notebook');
});
