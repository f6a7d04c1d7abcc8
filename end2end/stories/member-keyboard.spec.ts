// The journey of a member who has no mouse, under a policy: every field that it governs is reached, explained, broken and
// put right with keys, and what is wrong is told to whoever hears the page. Nothing is clicked or filled in here.
import { type Locator, type Page, call, expect, expectAccessible, test, welcome } from '../fixtures';
import { press, reach, type, walk } from '../pages/keys';

test.use({ server: { demo: true } });

const CLOSED = { instances: { canAdd: false } };
const KINDS = ['pvc', 'nfs', 's3', 'git', 'hostPath', 'dataVolume', 'configMapVolume', 'secretVolume', 'emptyDirVolume'];

/** What an administrator has agreed on with the department. */
const POLICY = {
  defaults: {
    image: 'jupyter/base-notebook',
    environmentVariables: { instances: [{ name: 'TRACKING_URL', value: 'https://tracking.example' }] },
  },
  rules: {
    workingDir: { required: true },
    imagePullPolicy: { options: [{ value: 'Always' }, { value: 'IfNotPresent', displayed: 'Only what is missing' }] },
    environmentVariables: { instances: { locked: ['TRACKING_URL'] } },
    compute: { gpuDevicesRequest: { min: 1, max: 2 }, cpuCoreRequest: { min: 1, max: 7, step: 2 } },
    storage: Object.fromEntries(KINDS.map((kind) => [kind, CLOSED])),
  },
};

const BY = 'Set by the policy of department “ml”, written by ada@example.org.';

/** With the focus the chip of a field opens and reads out these lines; Enter keeps it open, and closes it. */
async function explained(page: Page, field: string, ...lines: string[]): Promise<void> {
  const chip = page.locator('summary', { hasText: `where ${field} comes from` });
  const told = page.getByRole('group').filter({ has: chip }).last();
  await reach(page, chip);
  for (const line of lines) await expect(told.getByText(line)).toBeVisible();
  await expect(chip).toHaveAccessibleDescription(lines.join(' '));
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(told.getByText(lines[0]!)).toBeVisible();
  await press(page, chip);
  await expect(told.getByText(lines[0]!)).toBeHidden();
}

/** Types what is wrong and goes on; the control says so, and what is wrong describes it. */
async function refused(page: Page, control: Locator, text: string, words: string): Promise<void> {
  await type(page, control, text);
  await page.keyboard.press('Tab');
  await expect(control).toHaveAttribute('aria-invalid', 'true');
  await expect(control).toHaveAccessibleDescription(words);
}

/** What is typed stands, and nothing is said against it. */
async function taken(page: Page, control: Locator, text: string): Promise<void> {
  await type(page, control, text);
  await expect(control).toHaveValue(text);
  await expect(control).not.toHaveAttribute('aria-invalid', 'true');
}

test('a member without a mouse reads the policy, breaks it, obeys it, and has a workspace', async ({
  page,
  other: theirs,
  berth,
  complaints,
}) => {
  test.setTimeout(240_000);
  // What is no image is looked up, and what breaks the policy is refused.
  complaints.foresee(/look_up_image/, /create_workspace/);
  await welcome(page, await berth.link());
  const { departments } = await call(page, 'GET', '/api/v1/org-unit/departments?filterBy=name==ml');
  const meta = { name: 'of ml', scope: 'department', departmentId: departments[0].id };
  await call(page, 'PUT', '/api/v2/policy/workspaces', { meta, policy: POLICY });
  await berth.member(theirs, { project: 'vision' });

  // From the table of workloads to the form.
  await press(theirs, theirs.getByRole('button', { name: '+New workload' }));
  await walk(theirs, theirs.getByRole('menuitem', { name: 'Workspace' }));
  await theirs.keyboard.press('Enter');
  await type(theirs, theirs.getByLabel('Workspace name'), 'by-keys');
  await press(theirs, theirs.getByRole('button', { name: 'Continue' }));
  const panel = theirs.getByRole('complementary', { name: 'What will happen' });
  await expect(panel.getByRole('status')).toContainText('Not complete yet');

  // A default: told, left, wrong, and gone back to.
  const image = theirs.getByRole('textbox', { name: 'Image URL' });
  await expect(image).toHaveValue('jupyter/base-notebook');
  await explained(theirs, 'Image URL', 'Policy default: “jupyter/base-notebook”, of department “ml”.', BY);
  await refused(theirs, image, 'no image', 'This is not an image reference; one looks like registry/path:tag');
  await press(theirs, theirs.getByRole('button', { name: 'Reset', exact: true }));
  await expect(image).toHaveValue('jupyter/base-notebook');
  await expect(image).not.toHaveAttribute('aria-invalid', 'true');

  // Options: the arrows pass by what the policy leaves out, and its letter does not choose it.
  const pull = theirs.getByRole('combobox', { name: 'Condition for pulling the image' });
  await explained(theirs, 'Condition for pulling the image', 'One of Always, Only what is missing (IfNotPresent).', BY);
  await reach(theirs, pull);
  await theirs.keyboard.press('Home');
  await expect(pull).toHaveValue('IfNotPresent');
  await theirs.keyboard.press('End');
  await expect(pull).toHaveValue('Always');
  await theirs.keyboard.press('n');
  await expect(pull).toHaveValue('Always');

  // A locked variable is read, but neither changed nor removed.
  const value = theirs.getByRole('textbox', { name: 'Value' });
  const locked = '“TRACKING_URL” is locked by the policy of department “ml” and can’t be changed.';
  await explained(theirs, 'variable TRACKING_URL', locked, BY);
  await type(theirs, value, 'https://mine.example');
  await expect(value).toHaveValue('https://tracking.example');
  await expect(theirs.getByRole('button', { name: 'Remove variable TRACKING_URL' })).toHaveCount(0);

  // What is required, what lies in a range, and what goes in steps.
  const folder = theirs.getByRole('textbox', { name: "Container's working directory" });
  await explained(theirs, "Container's working directory", 'Required.', BY);
  await taken(theirs, folder, '/work');
  await refused(theirs, folder, '', 'Container working directory is required by the policy of department “ml”.');
  const gpus = theirs.getByRole('spinbutton', { name: 'GPU devices' });
  await explained(theirs, 'GPU devices', 'At least 1.', 'At most 2.', BY);
  await expect(gpus).toHaveAccessibleDescription('Enter a value between 1 and 2');
  await refused(theirs, gpus, '4', 'GPU devices per pod must not be greater than 2 (requested 4).');
  await refused(theirs, gpus, '0', 'GPU devices per pod must not be less than 1 (requested 0).');
  const cpu = theirs.getByRole('spinbutton', { name: 'CPU compute request' });
  await explained(theirs, 'CPU compute request', 'At least 1.', 'At most 7.', 'In steps of 2.', BY);
  await refused(theirs, cpu, '4', 'CPU compute request must be one of 1, 3, 5, 7.');

  // Nothing can be mounted: the section says so, and so does each kind to whoever comes by with the arrows.
  const nothing = theirs.getByText('Data & storage is read-only: the policy of department “ml” leaves nothing to choose.');
  await expect(nothing).toBeVisible();
  const add = theirs.getByRole('button', { name: '+Data', exact: true });
  await press(theirs, add);
  const emptyDir = theirs.getByRole('menuitem', { name: /^EmptyDir/ });
  await walk(theirs, emptyDir);
  await expect(emptyDir).toHaveAttribute('aria-disabled', 'true');
  await expect(emptyDir).toContainText('policy of department “ml”');
  await theirs.keyboard.press('Enter');
  await expect(theirs.getByText('Nothing is mounted')).toBeVisible();
  await theirs.keyboard.press('Escape');
  await expect(add).toBeFocused();

  // Sent as it is, nothing is made; the panel says what there is to do.
  const create = panel.getByRole('button', { name: 'Create workspace' });
  await press(theirs, create);
  await expect(panel.getByRole('status')).toContainText('3 things to fix first.');
  await expect(panel.getByRole('listitem')).toHaveCount(3);
  await expect(theirs).toHaveURL(/\/workloads\/new\/workspace/);
  await expectAccessible(theirs);

  // Put right, from where the focus is back to the top and down again.
  await taken(theirs, folder, '/work');
  await taken(theirs, gpus, '1');
  await taken(theirs, cpu, '3');
  await expect(panel.getByRole('status')).toContainText(/Starts now|Waits/);
  await expect(panel.getByRole('listitem').filter({ hasText: 'policy' })).toHaveCount(0);
  await expectAccessible(theirs);
  await press(theirs, create);
  await expect(theirs.getByRole('row').filter({ hasText: 'by-keys' })).toBeVisible();
  const list = await call(theirs, 'GET', '/api/v1/workloads?filterBy=name==by-keys');
  const { spec } = await call(theirs, 'GET', `/api/v1/workloads/workspaces/${list.workloads[0].id}`);
  expect(spec).toMatchObject({
    image: 'jupyter/base-notebook',
    imagePullPolicy: 'Always',
    workingDir: '/work',
    compute: { gpuDevicesRequest: 1, cpuCoreRequest: 3 },
    environmentVariables: [{ name: 'TRACKING_URL', value: 'https://tracking.example' }],
  });
});
