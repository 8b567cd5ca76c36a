import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.{ts,tsx}'],
    globalSetup: ['test/setup/parts.ts'],
    setupFiles: ['test/setup/chance.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A retry would hide a race; a flaky test is a defect of the test or of the code.
    retry: 0,
  },
})
