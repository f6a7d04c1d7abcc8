import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { type Page, expect, test } from '../fixtures';

const CASES = path.join(__dirname, '../../cli/tests/policy-cases');

/** What the page's scripts see of `engine.wasm`. */
interface Engine {
  default(options: { module_or_path: string }): Promise<void>;
  test(file: string, text: string): string;
  Desk: new (around: string) => {
    check(text: string): string;
    complete(text: string, line: number, column: number): string;
    judge(submission: string): string;
  };
}

declare global {
  interface Window {
    engine: Engine;
  }
}

/** Loads the engine as the pages do, under the policy that the server gives them. */
async function load(page: Page): Promise<void> {
  await page.goto('/sign-in');
  await page.evaluate(async () => {
    const script = '/pkg/engine.js';
    const engine = (await import(script)) as Engine;
    await engine.default({ module_or_path: '/pkg/engine.wasm' });
    window.engine = engine;
  });
}

test('the engine of the browser and that of the command line say the same, byte for byte', async ({ page }) => {
  await load(page);
  const files = readdirSync(CASES).filter((name) => name.endsWith('.yaml'));
  expect(files.length).toBeGreaterThan(5);
  let cases = 0;
  for (const file of files) {
    const text = readFileSync(path.join(CASES, file), 'utf8');
    const here = execFileSync(process.env.BERTH_BIN ?? '', ['policy', 'test', '--format', 'json', file], {
      cwd: CASES,
      encoding: 'utf8',
      maxBuffer: 64 << 20,
    });
    const there = await page.evaluate(([file, text]) => window.engine.test(file, text), [file, text] as const);
    expect(there === here, `${file} differs`).toBe(true);
    const { passed, failed } = JSON.parse(there) as { passed: number; failed: number };
    expect(failed).toBe(0);
    cases += passed;
  }
  expect(cases).toBeGreaterThan(70);
});

test('the engine answers whoever types, and refuses in words what it cannot read', async ({ page }) => {
  await load(page);
  const answers = await page.evaluate(() => {
    const desk = new window.engine.Desk('{}');
    const caught = (run: () => unknown) => {
      try {
        run();
        return 'nothing';
      } catch (refusal) {
        return String(refusal);
      }
    };
    return {
      checked: JSON.parse(desk.check('rules:\n  imag: {required: true}')) as unknown,
      completed: JSON.parse(desk.complete('defaults:\n  createHomeDir: t', 2, 19)) as unknown,
      judged: JSON.parse(desk.judge('{"privileged": true}')) as unknown,
      around: caught(() => new window.engine.Desk('{"colour": "red"}')),
      submission: caught(() => desk.judge('{')),
    };
  });
  expect(answers).toEqual({
    checked: {
      problems: [
        {
          line: 2,
          column: 3,
          length: 4,
          field: 'imag',
          code: 'save.unknownField',
          message: 'Add a valid policy YAML;json: unknown field "imag"',
          right: 'Did you mean “image”?',
          severity: 'error',
        },
      ],
    },
    completed: { from: 18, to: 19, items: [{ text: 'true', label: 'true', detail: '' }] },
    judged: {
      violations: [
        {
          field: 'privileged',
          code: 'policy.canEdit',
          message: 'privileged is set to “false” by the policy of the platform and can’t be changed.',
        },
      ],
      spec: { privileged: true, terminationGracePeriodSeconds: 30 },
    },
    around: expect.stringContaining('unknown field `colour`'),
    submission: expect.stringContaining('EOF'),
  });
});
