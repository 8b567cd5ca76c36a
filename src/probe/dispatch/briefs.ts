/** Briefs of items, on the host: judged there, and read only when their lane is launched. */
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { expandHome } from '../../../adapters/glob.ts'
import { filesNamedIn, judgeBrief, LONGEST_BRIEF } from '../../policy/brief.ts'
import type { ProbeResult } from '../../rpc/probe-api.ts'

export async function readBrief(path: string, home: string): Promise<ProbeResult<'brief.read'>> {
  try {
    // A pipe would wait for its writer.
    const file = await open(expandHome(path, home), constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const found = await file.stat()
      if (!found.isFile()) return fault(path, 'it is no file')
      if (found.size > LONGEST_BRIEF) return fault(path, `it is longer than ${LONGEST_BRIEF} bytes`)
      return { kind: 'text', text: await file.readFile('utf8') }
    } finally {
      await file.close()
    }
  } catch (error) {
    return fault(path, (error as NodeJS.ErrnoException).code ?? (error as Error).message)
  }
}

const fault = (path: string, why: string) => ({
  kind: 'fault' as const,
  message: `its brief ${path} cannot be read: ${why}`,
})

/** What is wrong with each, and which files it names. One after the other: a thousand open files would be too many. */
export async function judgeBriefs(
  paths: readonly string[],
  home: string,
): Promise<{ problems: string[][]; named: string[][] }> {
  const problems: string[][] = []
  const named: string[][] = []
  for (const path of paths) {
    const read = await readBrief(path, home)
    problems.push(read.kind === 'fault' ? [read.message] : judgeBrief(read.text))
    named.push(read.kind === 'fault' ? [] : filesNamedIn(read.text))
  }
  return { problems, named }
}
