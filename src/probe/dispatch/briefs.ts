/** Briefs of items, on the host: judged there, and read only when their lane is launched. */
import { codeOf, expandHome } from '../../../adapters/glob.ts'
import { readWhole } from '../../../adapters/read-part.ts'
import { filesNamedIn, judgeBrief, LONGEST_BRIEF } from '../../policy/brief.ts'
import type { ProbeResult } from '../../rpc/probe-api.ts'

export async function readBrief(path: string, home: string): Promise<ProbeResult<'brief.read'>> {
  try {
    const text = await readWhole(expandHome(path, home), LONGEST_BRIEF)
    return { kind: 'text', text: text.toString('utf8') }
  } catch (error) {
    return fault(path, WHY[codeOf(error)] ?? codeOf(error))
  }
}

const WHY: Readonly<Record<string, string>> = {
  EINVAL: 'it is no file',
  EFBIG: `it is longer than ${LONGEST_BRIEF} bytes`,
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
