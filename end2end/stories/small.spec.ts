// Every page on a telephone: nothing is wider than the screen, and axe finds nothing, in both themes.
import { expect, expectAccessible, expectFits, test, welcome } from '../fixtures';

test.use({ server: { demo: true }, viewport: { width: 390, height: 844 } });

const FORM = '/workloads/new/workspace?project=2&name=small&image=own/image:1';
const FILLED = '&variable_name=A&variable_value=1&link_url=https://wandb.ai&tool_kind=jupyter-notebook&secret_source=mine';
const PAGES = {
  workloads: ['/workloads', '/workloads/new', `${FORM}${FILLED}`, `${FORM}&style=original`, '/what-if'],
  setups: ['/environments/new', '/compute-resources/new', '/templates/new'],
  assets: [
    ...['environments', 'compute-resources', 'data-sources', 'data-volumes', 'credentials', 'templates'].map((shelf) => `/assets/${shelf}`),
    ...['my-credentials', 'storage-classes', 'registries'].map((shelf) => `/assets/${shelf}`),
    ...['pvc', 'nfs', 's3', 'git', 'host-path', 'config-map', 'secret'].map((kind) => `/assets/data-sources/new?type=${kind}`),
    ...['docker-registry', 'generic-secret', 'ssh-key'].map((kind) => `/assets/credentials/new?type=${kind}`),
    '/assets/data-volumes/new?type=data-volume',
    '/assets/storage-classes/new?type=storage-class',
    '/assets/registries/new?type=registry',
  ],
  organisation: ['/projects', '/projects/new', '/departments', '/departments/new', '/policies', '/policies/new'],
  resources: ['/clusters', '/nodes', '/node-pools', '/node-pools/new', '/estimates', '/settings', '/help/reasons'],
};

for (const [part, pages] of Object.entries(PAGES)) {
  test(`${part} fit a telephone`, async ({ page, berth, complaints }) => {
    test.setTimeout(180_000);
    // No registry can be reached from here.
    complaints.foresee(/look_up_image|seek_images/);
    await welcome(page, await berth.link());
    for (const path of pages) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expectFits(page);
      await expectAccessible(page);
    }
  });
}
