// A department's and a project's scheduling rules, typed by an administrator: what is looser than the department's is
// refused, what comes to nothing is said, and what is saved holds for the next workspace.
import { expect, expectAccessible, shots, test, welcome } from '../fixtures';

test.use({ server: { demo: true } });

test('a project is made, continued, and told what its department allows', async ({ page, berth, complaints }) => {
  test.setTimeout(120_000);
  await welcome(page, await berth.link());
  const rule = async (name: string): Promise<void> => {
    await page.getByRole('button', { name: '+Rule' }).or(page.locator('summary[aria-label="+Rule"]')).first().click();
    await page.getByRole('menuitem', { name }).click();
  };

  // The department allows eight hours.
  await page.goto('/departments');
  const row = page.getByRole('row').filter({ hasText: 'ml' }).first();
  await row.getByRole('button').click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  await rule('Workspace time limit');
  await page.getByRole('textbox', { name: 'Workspace time limit' }).fill('8h');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page).toHaveURL(/\/departments$/);

  // Made with nothing promised, and continued at once.
  await page.goto('/projects/new');
  await page.getByLabel('Name', { exact: true }).fill('robotics');
  await page.getByLabel('Department').selectOption({ label: 'ml' });
  await expectAccessible(page);
  await shots(page, 'project-new');
  await page.getByRole('button', { name: 'Create & continue' }).click();
  await expect(page.getByRole('heading', { name: 'Edit project' })).toBeVisible();
  await expect(page).toHaveURL(/\/projects\/edit\?id=\d+/);
  await page.getByRole('spinbutton', { name: 'GPU quota' }).nth(1).fill('2');
  await expect(page.getByText('The department\'s hold here too – Workspace time limit: 8h.')).toBeVisible();

  // Twelve hours are too many, and an idle limit beyond the time limit comes to nothing.
  await rule('Workspace time limit');
  const limit = page.getByRole('textbox', { name: 'Workspace time limit' });
  await limit.fill('12h');
  await expect(page.getByText('The department allows at most 8h')).toBeVisible();
  complaints.foresee(/400 .*save_unit/);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert')).toContainText('The department allows at most 8h');
  await limit.fill('4h');
  await rule('Idle GPU time limit, non-preemptible workspaces');
  const idle = page.getByRole('textbox', { name: 'Idle GPU time limit, non-preemptible workspaces' });
  await idle.fill('5h');
  await expect(page.getByText('It has no effect: the time limit of 4h ends it before')).toBeVisible();
  await idle.fill('1h30m');
  await rule('Node types of workspaces');
  await page.getByRole('textbox', { name: 'Node types of workspaces' }).fill('dgx-a100');
  await page.locator('summary[aria-label="+Node pool"]').click();
  await page.getByRole('menuitem', { name: 'a100' }).click();
  await expectAccessible(page);
  await shots(page, 'project-rules');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page).toHaveURL(/\/projects$/);

  // What was typed is what a program reads.
  const { projects } = await berth.api('GET', '/api/v1/org-unit/projects?filterBy=name==robotics');
  expect(projects[0].schedulingRules).toMatchObject({
    interactiveJobTimeLimitSeconds: 14_400,
    interactiveJobMaxIdleDurationSeconds: 5_400,
  });
  expect(projects[0].nodeTypes.workspace).toEqual(['dgx-a100']);
  expect(projects[0].defaultNodePools[0]).toBe('a100');

  // The form of a workspace asks for one of the types.
  await page.goto(`/workloads/new/workspace?project=${projects[0].id}&name=arm&image=a&gpu_devices=1`);
  const verdict = page.locator('[data-verdict]');
  await expect(verdict).toHaveAttribute('data-verdict', 'refused');
  await expect(page.getByText('Project robotics allows the node types dgx-a100').first()).toBeVisible();
  await page.getByLabel('Node affinity').selectOption('dgx-a100');
  await expect(verdict).toHaveAttribute('data-verdict', 'now');

  // A rule that is taken away is gone; closing at once promises nothing.
  await page.goto(`/projects/edit?id=${projects[0].id}`);
  await page.getByRole('button', { name: 'Remove Node types of workspaces' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page).toHaveURL(/\/projects$/);
  await page.goto('/projects/new');
  await page.getByLabel('Name', { exact: true }).fill('sketches');
  await page.getByRole('button', { name: 'Create & close' }).click();
  await expect(page).toHaveURL(/\/projects$/);
  await expect(page.getByRole('row').filter({ hasText: 'sketches' })).toBeVisible();
  const after = await berth.api('GET', '/api/v1/org-unit/projects?filterBy=name==robotics');
  expect(after.projects[0].nodeTypes.workspace ?? null).toBeNull();
});

test('who has which role in a project is given and taken there', async ({ page, berth, complaints }) => {
  await welcome(page, await berth.link());
  const email = 'grace@example.org';
  await berth.api('POST', '/api/v1/users', { email, resetPassword: false });
  await page.goto('/projects/edit?id=2');
  const table = page.getByRole('table', { name: 'Access rules' });
  const line = table.getByRole('row').filter({ hasText: email });
  // What is given above holds here and is taken there.
  await expect(table.getByRole('row').filter({ hasText: 'System administrator' }).first()).toContainText('account');

  // Somebody whom nobody knows is refused, and what was typed stays.
  complaints.foresee(/400 .*give_access/);
  const give = page.getByRole('button', { name: '+Access rule' });
  await page.getByRole('textbox', { name: 'Who' }).fill('grace@example.com');
  await page.getByLabel('Role', { exact: true }).selectOption({ label: 'AI practitioner' });
  await give.click();
  await expect(page.getByText('There is no user grace@example.com')).toBeVisible();
  await page.getByRole('textbox', { name: 'Who' }).fill(email);
  await give.click();
  await expect(line).toContainText('AI practitioner');
  await expect(line).toContainText('project vision');
  await expectAccessible(page);
  await shots(page, 'project-access');
  const rules = async () => {
    const { accessRules } = await berth.api('GET', '/api/v1/authorization/access-rules?limit=500');
    return accessRules.filter((rule: { subjectId: string }) => rule.subjectId === email).length;
  };
  expect(await rules()).toBe(1);
  await line.getByRole('button', { name: `Take the role AI practitioner from ${email}` }).click();
  await expect(line).toHaveCount(0);
  expect(await rules()).toBe(0);
});
