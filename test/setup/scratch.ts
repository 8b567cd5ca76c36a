/** A directory of one test's own, gone when the test is over. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

export function scratch(): string {
  const dir = mkdtempSync(join(tmpdir(), 'dockmaster-test-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}
