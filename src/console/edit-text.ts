/** Has the operator edit a text in their own editor: a private file, gone afterwards. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runProgram } from './run-program.ts'

/** Resolves with the text as it was left, or why it was not edited. */
export async function editText(
  editor: readonly string[],
  text: string,
): Promise<{ kind: 'left'; text: string } | { kind: 'failed'; message: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'dockmaster-'))
  const file = join(directory, 'brief.md')
  try {
    await writeFile(file, text, { mode: 0o600 })
    const ran = await runProgram([...editor, file], null)
    if (ran.kind === 'failed') return ran
    if (ran.code !== 0) {
      return {
        kind: 'failed',
        message: `${editor[0]} ended with exit ${ran.code ?? 'by a signal'}`,
      }
    }
    return { kind: 'left', text: await readFile(file, 'utf8') }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
