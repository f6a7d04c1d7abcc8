// Which steps of the guide a story performs. guide.md has all of them; `cargo xtask check` compares the two.
import { test } from '@playwright/test';

/** The lines before performed these steps, which are named as in guide.md. */
export function did(...steps: string[]): void {
  const told = steps.map((step) => ({ type: 'guide', description: step }));
  test.info().annotations.push(...told);
}
